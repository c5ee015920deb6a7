import sharp from 'sharp';
import { refused } from './request-refused.ts';

/** Base64 as the model at hand takes it. */
export type Base64Form = 'bare' | 'data_uri' | 'either';

const DATA_URI = /^data:image\/([a-z]+);base64,/;

/** The bytes of a reference in a request. https links are not followed; they give undefined. */
export function referenceBytes(text: string, form: Base64Form, field: string): Buffer | undefined {
  if (/^https?:\/\//.test(text)) return undefined;
  const match = DATA_URI.exec(text);
  if (form === 'data_uri' && !match)
    throw refused(400, 'INVALID_IMAGE', `${field} has to be a URL or data:image/<format>;base64,...`);
  if (form === 'bare' && text.startsWith('data:'))
    throw refused(400, 'INVALID_IMAGE', `${field} has to be bare base64`);
  const base64 = match ? text.slice(match[0].length) : text;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw refused(400, 'INVALID_IMAGE', `${field} is not base64`);
  return Buffer.from(base64, 'base64');
}

/** Decodes a reference, so that nothing passes that is no picture. */
export async function checkPicture(
  bytes: Buffer,
  field: string,
  { formats, maxBytes = Infinity }: { readonly formats: readonly string[]; readonly maxBytes?: number },
): Promise<{ readonly widthPx: number; readonly heightPx: number }> {
  if (bytes.length > maxBytes) throw refused(400, 'INVALID_IMAGE', `${field} is larger than ${maxBytes} bytes`);
  const { format, width, height } = await sharp(bytes)
    .metadata()
    .catch(() => {
      throw refused(400, 'INVALID_IMAGE', `${field} is no picture`);
    });
  if (!formats.includes(format))
    throw refused(400, 'INVALID_IMAGE', `${field} is ${format}, not ${formats.join(' or ')}`);
  return { widthPx: width, heightPx: height };
}
