import { checkPicture, referenceBytes, type Base64Form } from '../requests/check-picture.ts';
import type { Fields, FormFile } from '../requests/read-fields.ts';
import { refused } from '../requests/request-refused.ts';

interface ReferenceRule {
  readonly field: string;
  readonly form: Base64Form;
  readonly most: number;
  readonly formats?: readonly string[];
  readonly maxBytes?: number;
}

const SEEDREAM = { form: 'data_uri', formats: ['jpeg', 'png'], maxBytes: 10 * 1024 ** 2 } as const;

const RULES: readonly (readonly [path: RegExp, rule: ReferenceRule])[] = [
  [/nano-banana-pro-light-i2i$/, { field: 'images', form: 'bare', most: 10 }],
  [/nano-banana-2-t2i$/, { field: 'image', form: 'either', most: 10 }],
  [/seedream-4\.0$/, { field: 'images', most: 10, ...SEEDREAM }],
  [/seedream-4\.5$/, { field: 'image', most: 14, ...SEEDREAM }],
  [/gemini-.*-edit$/, { field: 'image_base64s', form: 'bare', most: 14 }],
  [/qwen-image-edit$/, { field: 'image', form: 'either', most: 1 }],
  [/flux-1-kontext/, { field: 'images', form: 'either', most: 4 }],
  [/flux-2/, { field: 'images', form: 'either', most: 3 }],
  [/images\/edits$/, { field: 'image', form: 'bare', most: 16 }],
];

const FORMATS = ['jpeg', 'png', 'webp'];

/** The references of a request as bytes, each decoded, in order. Links count and are not followed. */
export async function referencesOf(path: string, fields: Fields): Promise<Buffer[]> {
  const rule = RULES.find(([expression]) => expression.test(path))?.[1];
  if (!rule) return [];
  const { field, form, most, formats = FORMATS, maxBytes } = rule;
  const value = fields[field];
  const items: unknown[] = value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
  if (items.length > most) throw refused(400, 'INVALID_REQUEST_BODY', `${field} has more than ${most} items`);
  if (/-edit$|-i2i$/.test(path) && items.length === 0)
    throw refused(400, 'INVALID_REQUEST_BODY', `${field} has to hold a picture`);
  const found = items.map((item, index) => bytesOf(item, form, `${field}[${index}]`));
  const pictures = found.filter((bytes) => bytes !== undefined);
  for (const [index, bytes] of pictures.entries()) {
    const { widthPx, heightPx } = await checkPicture(bytes, `${field}[${index}]`, {
      formats,
      ...(maxBytes !== undefined && { maxBytes }),
    });
    const aspect = widthPx / heightPx;
    if (form === 'data_uri' && (aspect > 3 || aspect < 1 / 3 || Math.max(widthPx, heightPx) > 6000))
      throw refused(400, 'INVALID_IMAGE', `${field}[${index}] has a shape or size that is not taken`);
  }
  return pictures;
}

function bytesOf(item: unknown, form: Base64Form, field: string): Buffer | undefined {
  if (typeof item === 'string') return referenceBytes(item, form, field);
  const file = item as Partial<FormFile> | null;
  if (Buffer.isBuffer(file?.bytes)) return file.bytes;
  throw refused(400, 'INVALID_REQUEST_BODY', `${field} has to be a text or a file`);
}
