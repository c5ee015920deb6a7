/** Interleaved 8-bit sRGB samples, row by row from the top left. */
export interface Raster<Channels extends 1 | 3 | 4> {
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  readonly pixels: Uint8Array;
}

/** Opaque colour picture. */
export type RgbImage = Raster<3>;

/** Colour picture with straight (not premultiplied) alpha. */
export type RgbaImage = Raster<4>;

/** One sample per pixel: a mask, a tone, a shadow. */
export type GreyImage = Raster<1>;

/** A zeroed picture. */
export function blankRaster<Channels extends 1 | 3 | 4>(
  width: number,
  height: number,
  channels: Channels,
): Raster<Channels> {
  return { width, height, channels, pixels: new Uint8Array(width * height * channels) };
}

/** `value` held within `low` to `high`. */
export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
