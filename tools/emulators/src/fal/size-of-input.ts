import type { Fields } from '../requests/read-fields.ts';
import { refused } from '../requests/request-refused.ts';

const SIDE: Readonly<Record<string, number>> = { '1K': 1024, '2K': 2048, '4K': 4096 };

/** The size of the picture: as asked in pixels, or about that of shape and resolution, in whole blocks of 16. */
export function sizeOfInput(fields: Fields): { readonly widthPx: number; readonly heightPx: number } {
  const exact = fields['image_size'] as { readonly width?: unknown; readonly height?: unknown } | undefined;
  if (exact) {
    const [widthPx, heightPx] = [Number(exact.width), Number(exact.height)];
    const isTaken = Math.max(widthPx, heightPx) <= 4096 && widthPx * heightPx >= 960 * 960;
    if (!isTaken) throw refused(422, 'value_error', 'image_size: total pixels must be between 960x960 and 4096x4096');
    return { widthPx, heightPx };
  }
  const shape = (fields['aspect_ratio'] as string | undefined) ?? '1:1';
  const side = SIDE[(fields['resolution'] as string | undefined) ?? '1K'] ?? 1024;
  const [width = 1, height = 1] = shape.split(':').map(Number);
  const unit = Math.sqrt(side ** 2 / (width * height));
  const rounded = (px: number): number => Math.round(px / 16) * 16;
  return { widthPx: rounded(width * unit), heightPx: rounded(height * unit) };
}
