import { refused } from '../requests/request-refused.ts';
import type { Fields } from '../requests/read-fields.ts';

/** Pixels of a made picture. */
export interface OutputSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

const STARRED = /^\/v3\/async\/(flux-1-kontext-dev|flux-2|hunyuan|z-image|qwen-image-txt2img)/;
const MULTIPLE_PX = 16;

/** What size a request gives, refusing those that the model refuses. Made pictures have sides in multiples of 16, as models do. */
export function outputSize(path: string, fields: Fields): OutputSize {
  const size = fields['size'];
  if (path.startsWith('/v3/nano-banana')) return shaped(fields['size'] ?? '1x1', 'x', fields['quality'] ?? '1k');
  if (path.includes('gemini-3')) return shaped(fields['aspect_ratio'] ?? '1:1', ':', size ?? '1K');
  if (path.includes('kontext') && fields['aspect_ratio'] !== undefined)
    return shaped(fields['aspect_ratio'], ':', '1K');
  if (path === '/v3/seedream-4.0') return seedream(size, 1024 ** 2);
  if (path === '/v3/seedream-4.5') return seedream(size, 3_686_400);
  if (typeof size === 'string' && STARRED.test(path)) return starred(size);
  if (typeof size === 'string' && /^\d+x\d+$/.test(size)) return plain(size, 'x');
  return { widthPx: 1024, heightPx: 1024 };
}

function shaped(shape: unknown, separator: string, resolution: unknown): OutputSize {
  const [width = 1, height = 1] = String(shape).split(separator).map(Number);
  const unit = (1024 * Number.parseInt(String(resolution))) / Math.sqrt(width * height);
  const side = (units: number): number => Math.round((units * unit) / MULTIPLE_PX) * MULTIPLE_PX;
  return { widthPx: side(width), heightPx: side(height) };
}

function seedream(size: unknown, minPixels: number): OutputSize {
  if (size === undefined) return { widthPx: 2048, heightPx: 2048 };
  if (typeof size === 'string' && /^[124]K$/.test(size)) return shaped('1x1', 'x', size);
  const { widthPx, heightPx } = plain(size, 'x');
  const pixels = widthPx * heightPx;
  const aspect = widthPx / heightPx;
  if (pixels < minPixels || pixels > 4096 ** 2)
    throw refused(400, 'INVALID_REQUEST_BODY', `size: ${pixels} pixels are not between ${minPixels} and ${4096 ** 2}`);
  if (aspect < 1 / 16 || aspect > 16)
    throw refused(400, 'INVALID_REQUEST_BODY', 'size: the aspect ratio is out of range');
  return { widthPx, heightPx };
}

function starred(size: string): OutputSize {
  const { widthPx, heightPx } = plain(size, '*');
  if ([widthPx, heightPx].some((px) => px < 256 || px > 1536))
    throw refused(400, 'INVALID_REQUEST_BODY', 'size: each side has to be from 256 to 1536');
  return { widthPx, heightPx };
}

function plain(size: unknown, separator: string): OutputSize {
  const parts = typeof size === 'string' ? size.split(separator) : [];
  if (parts.length !== 2 || !parts.every((part) => /^\d{1,5}$/.test(part)))
    throw refused(400, 'INVALID_REQUEST_BODY', `size: has to be width${separator}height`);
  return { widthPx: Number(parts[0]), heightPx: Number(parts[1]) };
}
