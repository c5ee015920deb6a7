import type { ImageSize } from './image-size.ts';

/** How a picture becomes one of exactly the wanted size: first the crop, then the resize. Whoever has the pixels does it. */
export interface ImageFit {
  readonly operation: 'none' | 'crop' | 'downscale' | 'crop_and_downscale' | 'enlarge';
  /** The part that is kept; the whole picture where nothing is cut off. In the middle. */
  readonly crop: { readonly leftPx: number; readonly topPx: number } & ImageSize;
  readonly resizeTo: ImageSize;
}

/**
 * The largest part of `actual` in the shape of `wanted`, from the middle, brought to the size of `wanted`. Pixels can be
 * neither stretched out of shape nor made up: where there are too few, the operation says `enlarge`.
 */
export function fitImage(actual: ImageSize, wanted: ImageSize): ImageFit {
  const scale = Math.min(actual.widthPx / wanted.widthPx, actual.heightPx / wanted.heightPx);
  const widthPx = Math.min(actual.widthPx, Math.round(wanted.widthPx * scale));
  const heightPx = Math.min(actual.heightPx, Math.round(wanted.heightPx * scale));
  const crop = {
    leftPx: Math.floor((actual.widthPx - widthPx) / 2),
    topPx: Math.floor((actual.heightPx - heightPx) / 2),
    widthPx,
    heightPx,
  };
  const cuts = widthPx < actual.widthPx || heightPx < actual.heightPx;
  const operation =
    scale < 1 ? 'enlarge' : scale > 1 ? (cuts ? 'crop_and_downscale' : 'downscale') : cuts ? 'crop' : 'none';
  return { operation, crop, resizeTo: wanted };
}

/** The share of the picture that a crop keeps, 0 to 1. */
export function keptShare(actual: ImageSize, { crop }: ImageFit): number {
  return (crop.widthPx * crop.heightPx) / (actual.widthPx * actual.heightPx);
}
