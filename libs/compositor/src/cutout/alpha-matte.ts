import type { Matte } from './cutout.ts';
import type { ReferenceAnalysis } from './reference-analysis.ts';

const LEAST_TRANSPARENT_SHARE = 0.02;

/** The picture's own transparency, when at least 2 % of it is transparent. */
export function alphaMatte({ image }: ReferenceAnalysis): Matte | undefined {
  const count = image.width * image.height;
  const alpha = new Float32Array(count);
  let transparent = 0;
  let opaque = 0;
  for (let i = 0; i < count; i++) {
    const value = image.pixels[4 * i + 3]!;
    alpha[i] = value / 255;
    if (value < 26) transparent++;
    if (value > 128) opaque++;
  }
  if (transparent < count * LEAST_TRANSPARENT_SHARE || opaque < count * 0.002) return undefined;
  return { method: 'alpha', quality: 1, alpha, image };
}
