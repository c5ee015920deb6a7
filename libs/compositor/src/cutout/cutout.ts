import type { RgbaImage } from '../raster/raster.ts';

/**
 * How a figure was parted from its backdrop: `alpha` the picture brought its own transparency; `key` a plain or evenly
 * graded backdrop was keyed out; `person` a segmentation model found it; `colour` it is coloured unlike all that surrounds it; `card` it could not be parted, and is pinned into
 * the frame as a framed photo.
 */
export type CutoutMethod = 'alpha' | 'key' | 'person' | 'colour' | 'card';

/** A rectangle in pixels; x and y name its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A figure without its backdrop, trimmed to its outline. */
export interface Cutout {
  readonly image: RgbaImage;
  readonly method: CutoutMethod;
  /** How sure the cut is, 0 to 1. */
  readonly quality: number;
  /** Where the head probably is, in pixels of `image`; may reach over its edge. */
  readonly head: Box;
  /** True when the picture's lower edge cuts the figure off: a bust cannot stand on the ground. */
  readonly cropped: boolean;
}

/** Alpha of every pixel of a reference and how it was found. */
export interface Matte {
  readonly method: CutoutMethod;
  readonly quality: number;
  /** 0 to 1 per pixel. */
  readonly alpha: Float32Array;
  /** The picture, with the backdrop's colour taken out of its edges. */
  readonly image: RgbaImage;
}
