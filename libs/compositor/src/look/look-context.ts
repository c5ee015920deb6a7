import type { RgbImage } from '../raster/raster.ts';

/** What a look may know besides the picture. */
export interface LookContext {
  /** Per pixel: 0 scene, otherwise a figure. */
  readonly figureMap: Uint8Array;
  readonly seed: number;
  /** Pixels that one pixel of a frame 720 high has become. */
  readonly unit: number;
}

/** Changes a picture in place, or returns a new one. */
export type Look = (image: RgbImage, context: LookContext) => RgbImage | Promise<RgbImage>;

/** Rounds nothing, only keeps a sample within 0 to 255. */
export function bounded(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Mean brightness of the scene without figures, 1 to 255, of about every seventeenth pixel. */
export function sceneLuma({ pixels }: RgbImage, figureMap: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0, o = 0; i < figureMap.length; i += 17, o += 51) {
    if (figureMap[i]) continue;
    sum += 0.3 * pixels[o]! + 0.6 * pixels[o + 1]! + 0.1 * pixels[o + 2]!;
    count++;
  }
  return Math.max(1, sum / Math.max(1, count));
}
