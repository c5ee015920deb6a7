import type { LabPlanes } from '../raster/lab.ts';

/** A backdrop's colour as a plane over the picture: Lab = constant + slopeX * x + slopeY * y, x and y from -0.5 to 0.5. */
export interface Backdrop {
  /** Constant, slope along x, slope along y; for L, then a, then b. */
  readonly coefficients: Float64Array;
  /** Share of the border that fits the plane, 0 to 1. */
  readonly share: number;
  /** Distance in Lab below which nine of ten fitting border pixels lie. */
  readonly spread: number;
}

const ROUNDS = 4;

/**
 * Fits the plane to the upper, left and right border. Robust: it starts at the median, and each round drops what lies far
 * off, so a figure that touches the border does not spoil it.
 */
export function fitBackdrop(lab: LabPlanes, width: number, height: number): Backdrop {
  const border = borderPixels(width, height);
  const coefficients = new Float64Array(9);
  const planes = [lab.lightness, lab.a, lab.b];
  planes.forEach((plane, k) => (coefficients[3 * k] = medianAt(plane, border)));
  let fitting = border;
  for (let round = 0; round < ROUNDS; round++) {
    const limit = round < 2 ? 14 : 9;
    fitting = border.filter((i) => backdropDistance(lab, coefficients, i, width, height) < limit);
    if (fitting.length < border.length * 0.3) break;
    planes.forEach((plane, k) => coefficients.set(fittedPlane(plane, fitting, width, height), 3 * k));
  }
  const distances = fitting.map((i) => backdropDistance(lab, coefficients, i, width, height)).sort((p, q) => p - q);
  return {
    coefficients,
    share: fitting.length / border.length,
    spread: distances[Math.floor(distances.length * 0.9)] ?? Infinity,
  };
}

const COLOURED = 30;

/** True for a screen of a strong colour, as green ones are: its light spills on the figure, and no skin is like it. */
export function isColoured({ coefficients }: Backdrop): boolean {
  return Math.hypot(coefficients[3]!, coefficients[6]!) > COLOURED;
}

/** Distance of every pixel from the backdrop, in Lab; differences of colour count a little more than those of lightness. */
export function backdropDistances(lab: LabPlanes, backdrop: Backdrop, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height);
  for (let i = 0; i < out.length; i++) out[i] = backdropDistance(lab, backdrop.coefficients, i, width, height);
  return out;
}

/** Lab of a pixel minus that of the backdrop at its place, into `out`: noise cancels out in a mean of these, a shade does not. */
export function backdropOffset(
  lab: LabPlanes,
  { coefficients: plane }: Backdrop,
  pixel: number,
  width: number,
  height: number,
  out: Float64Array,
): void {
  const row = (pixel / width) | 0;
  const x = (pixel - row * width) / width - 0.5;
  const y = row / height - 0.5;
  out[0] = lab.lightness[pixel]! - plane[0]! - plane[1]! * x - plane[2]! * y;
  out[1] = lab.a[pixel]! - plane[3]! - plane[4]! * x - plane[5]! * y;
  out[2] = lab.b[pixel]! - plane[6]! - plane[7]! * x - plane[8]! * y;
}

function backdropDistance(lab: LabPlanes, plane: Float64Array, pixel: number, width: number, height: number): number {
  const row = (pixel / width) | 0;
  const x = (pixel - row * width) / width - 0.5;
  const y = row / height - 0.5;
  const l = lab.lightness[pixel]! - plane[0]! - plane[1]! * x - plane[2]! * y;
  const a = lab.a[pixel]! - plane[3]! - plane[4]! * x - plane[5]! * y;
  const b = lab.b[pixel]! - plane[6]! - plane[7]! * x - plane[8]! * y;
  return Math.sqrt(l * l + 1.6 * (a * a + b * b));
}

function borderPixels(width: number, height: number): number[] {
  const depth = Math.max(2, Math.round(Math.min(width, height) * 0.012));
  const pixels: number[] = [];
  for (let k = 0; k < depth; k += 2) {
    for (let x = 0; x < width; x += 2) pixels.push(k * width + x);
    // The lowest part of the sides is left out: there stand shoulders, floors and shadows.
    for (let y = 0; y < height * 0.85; y += 2) pixels.push(y * width + k, y * width + width - 1 - k);
  }
  return pixels;
}

function medianAt(plane: Float32Array, pixels: readonly number[]): number {
  const values = Float32Array.from(pixels, (i) => plane[i]!).sort();
  return values[values.length >> 1]!;
}

// Least squares by the normal equations, solved by Cramer's rule; slopes are damped a little for narrow borders.
function fittedPlane(plane: Float32Array, pixels: readonly number[], width: number, height: number): number[] {
  let [x1, y1, xx, xy, yy, v1, vx, vy] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const i of pixels) {
    const row = (i / width) | 0;
    const x = (i - row * width) / width - 0.5;
    const y = row / height - 0.5;
    const value = plane[i]!;
    x1 += x;
    y1 += y;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    v1 += value;
    vx += value * x;
    vy += value * y;
  }
  const n = pixels.length;
  xx += 1e-3 * n;
  yy += 1e-3 * n;
  const whole = determinant(n, x1, y1, x1, xx, xy, y1, xy, yy);
  return [
    determinant(v1, x1, y1, vx, xx, xy, vy, xy, yy) / whole,
    determinant(n, v1, y1, x1, vx, xy, y1, vy, yy) / whole,
    determinant(n, x1, v1, x1, xx, vx, y1, xy, vy) / whole,
  ];
}

function determinant(
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
  i: number,
): number {
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}
