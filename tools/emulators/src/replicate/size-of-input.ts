import type { Fields } from '../requests/read-fields.ts';

const SIDE: Readonly<Record<string, number>> = { '1K': 1024, '2K': 2048, '4K': 4096 };

/** About how large the picture gets; models round to whole blocks of 16. */
export function sizeOfInput(model: string, input: Fields): { readonly widthPx: number; readonly heightPx: number } {
  const shape = input['aspect_ratio'] as string | undefined;
  const resolution = (input['resolution'] ?? input['size']) as string | undefined;
  const side = SIDE[resolution ?? ''] ?? (model.includes('seedream') ? 2048 : 1024);
  const [width = 1, height = 1] = (shape ?? '1:1').split(':').map(Number);
  const unit = Math.sqrt(side ** 2 / (width * height));
  const rounded = (px: number): number => Math.round(px / 16) * 16;
  return { widthPx: rounded(width * unit), heightPx: rounded(height * unit) };
}
