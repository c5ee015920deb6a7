import { labPlanes } from '../raster/lab.ts';
import { clamp, type RgbImage } from '../raster/raster.ts';

/** What figures must agree with: the scene's mean colour in Lab, its contrast, and the side that the light comes from. */
export interface SceneLight {
  readonly lightness: number;
  readonly a: number;
  readonly b: number;
  /** Standard deviation of L. */
  readonly contrast: number;
  /** -1 light from the left, 1 from the right, 0 from neither. */
  readonly side: number;
}

/** Measures a scene on about every sixteenth pixel. */
export function measureLight(scene: RgbImage): SceneLight {
  const every = scene.pixels.length > 300_000 ? 17 : 1;
  const lab = labPlanes(scene.pixels, 3, every);
  let [sum, squares, a, b, left, right] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < lab.lightness.length; i++) {
    const lightness = lab.lightness[i]!;
    sum += lightness;
    squares += lightness * lightness;
    a += lab.a[i]!;
    b += lab.b[i]!;
    // Bright places count more: they are what throws light.
    if ((i * every) % scene.width < scene.width / 2) left += lightness * lightness;
    else right += lightness * lightness;
  }
  const n = lab.lightness.length;
  return {
    lightness: sum / n,
    a: a / n,
    b: b / n,
    contrast: Math.sqrt(Math.max(1, squares / n - (sum / n) ** 2)),
    side: clamp(((right - left) / Math.max(1, right + left)) * 4, -1, 1),
  };
}
