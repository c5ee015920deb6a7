import { scaleBitmap } from './bitmap.ts';
import { AVIF, JPEG, WEBP, type Codec } from './codecs.ts';
import type { Picture } from './decode-picture.ts';
import type { Encoded } from './encode-to-fit.ts';
import type { CompressRequest } from './options.ts';
import { encodePngPalette, FEWEST_COLOURS } from './png-to-fit.ts';
import { raiseFloor } from './raise-floor.ts';

const CODECS: readonly Codec[] = [JPEG, WEBP, AVIF];

/**
 * The last resort: lowest quality at the smallest scale in every accepted format that can carry the picture, and of
 * these the smallest. Depends on the floors only, not on the budget, so a budget of exactly its size is always met.
 */
export async function smallestResult(picture: Picture, request: CompressRequest): Promise<Encoded> {
  const bitmap = await scaleBitmap(picture.bitmap, request.minScale);
  const { width, height } = bitmap;
  const shape = { width, height, scale: request.minScale };
  const results: Encoded[] = [];
  for (const codec of CODECS) {
    const carries = codec.format !== 'jpeg' || !picture.hasAlpha;
    if (!request.acceptedFormats.includes(codec.format) || !carries) continue;
    const { format, chroma, minQuality } = raiseFloor(codec, request.minQuality);
    const data = await codec.encode(bitmap, minQuality, 0);
    results.push({ ...shape, data, format, chroma, quality: minQuality, encodes: results.length + 1 });
  }
  if (request.acceptedFormats.includes('png')) {
    const data = await encodePngPalette(bitmap, FEWEST_COLOURS);
    results.push({ ...shape, data, format: 'png', chroma: undefined, quality: undefined, encodes: results.length + 1 });
  }
  const smallest = results.reduce((a, b) => (b.data.length < a.data.length ? b : a));
  return { ...smallest, encodes: results.length };
}
