import { refused } from '../requests/request-refused.ts';

const NAMED: Readonly<Record<string, number>> = { '1K': 1024, '2K': 2048, '4K': 4096 };

/** The size that a request makes; a name makes a square, none makes 2K. */
export function outputSize(model: string, size = '2K'): { readonly widthPx: number; readonly heightPx: number } {
  const side = NAMED[size];
  const [, width, height] = /^(\d+)x(\d+)$/.exec(size) ?? [];
  const widthPx = side ?? Number(width);
  const heightPx = side ?? Number(height);
  const pixels = widthPx * heightPx;
  const smallest = /-4-0-/.test(model) ? 1280 * 720 : /-pro-/.test(model) ? 1024 ** 2 : 2560 * 1440;
  if (Number.isNaN(pixels) || pixels < smallest || pixels > 4096 ** 2)
    throw refused(
      400,
      'InvalidParameter',
      `The parameter \`size\` specified in the request is not valid: image size must be at least ${smallest} pixels.`,
    );
  const aspect = widthPx / heightPx;
  if (aspect > 16 || aspect < 1 / 16) throw refused(400, 'InvalidParameter', 'aspect ratio must be within 1/16 and 16');
  return { widthPx, heightPx };
}
