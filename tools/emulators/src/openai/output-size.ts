import { refused } from '../requests/request-refused.ts';

const OF_ONE = ['1024x1024', '1536x1024', '1024x1536'];

/** The size that a request makes; `auto` and none make a square. */
export function outputSize(
  model: string,
  size: string | undefined,
): { readonly widthPx: number; readonly heightPx: number } {
  if (size === undefined || size === 'auto') return { widthPx: 1024, heightPx: 1024 };
  const [, width, height] = /^(\d+)x(\d+)$/.exec(size) ?? [];
  const [widthPx, heightPx] = [Number(width), Number(height)];
  if (Number.isNaN(widthPx) || Number.isNaN(heightPx)) throw invalidSize(size);
  if (model !== 'gpt-image-2') {
    if (!OF_ONE.includes(size)) throw invalidSize(size);
    return { widthPx, heightPx };
  }
  const aspect = widthPx / heightPx;
  const isEven = widthPx % 16 === 0 && heightPx % 16 === 0;
  const isInside = Math.max(widthPx, heightPx) <= 3840 && widthPx * heightPx <= 3840 * 2160;
  if (!isEven || !isInside || aspect > 3 || aspect < 1 / 3) throw invalidSize(size);
  return { widthPx, heightPx };
}

function invalidSize(size: string) {
  return refused(400, 'invalid_value', `Invalid size '${size}' for this model.`);
}
