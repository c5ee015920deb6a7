/** The planes of CIE L*a*b* (D65): L 0 to 100, a and b about -110 to 110. */
export interface LabPlanes {
  readonly lightness: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

const LINEAR_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

// The cube-root curve of CIE 15, tabulated: 4096 steps keep L within 0.1 of the exact value, except in near black.
const CURVE_STEPS = 4096;
const CURVE = Float32Array.from({ length: CURVE_STEPS + 2 }, (_, step) => {
  const value = step / CURVE_STEPS;
  return value > 216 / 24389 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
});

function curveAt(value: number): number {
  const position = value * CURVE_STEPS;
  const step = position | 0;
  return CURVE[step]! + (CURVE[step + 1]! - CURVE[step]!) * (position - step);
}

/**
 * Lab planes of interleaved sRGB samples.
 * @param stride samples per pixel: 3 or 4; a fourth is skipped.
 * @param every takes every n-th pixel only, for statistics.
 */
export function labPlanes(pixels: Uint8Array, stride: 3 | 4, every = 1): LabPlanes {
  const count = Math.ceil(pixels.length / stride / every);
  const lightness = new Float32Array(count);
  const a = new Float32Array(count);
  const b = new Float32Array(count);
  const step = stride * every;
  for (let i = 0, o = 0; i < count; i++, o += step) {
    const red = LINEAR_OF_BYTE[pixels[o]!]!;
    const green = LINEAR_OF_BYTE[pixels[o + 1]!]!;
    const blue = LINEAR_OF_BYTE[pixels[o + 2]!]!;
    const x = curveAt(0.43391 * red + 0.37622 * green + 0.18987 * blue);
    const y = curveAt(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    const z = curveAt(0.01773 * red + 0.10948 * green + 0.87279 * blue);
    lightness[i] = 116 * y - 16;
    a[i] = 500 * (x - y);
    b[i] = 200 * (y - z);
  }
  return { lightness, a, b };
}
