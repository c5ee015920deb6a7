import { blankRaster, clamp, type RgbImage } from '../raster/raster.ts';
import { blurred } from '../raster/sharp-raster.ts';
import type { Shot } from '../staging/shot.ts';

// Gaussian sigma in pixels of a frame 720 high.
const BLUR_PX: Readonly<Record<Shot, number>> = { close: 4.5, medium: 2.2, full: 1, wide: 0.5 };

/** The scene as a lens focused on the figures sees it. In full shots the ground at their feet stays sharp. */
export async function depthOfField(scene: RgbImage, shot: Shot): Promise<RgbImage> {
  const { width, height } = scene;
  const soft = await blurred(scene, (BLUR_PX[shot] * height) / 720);
  if (soft === scene) return scene;
  if (shot === 'close' || shot === 'medium') return soft;
  const out = blankRaster(width, height, 3);
  for (let y = 0, i = 0; y < height; y++) {
    const share = clamp((height * 0.85 - y) / (height * 0.35), 0, 1);
    for (const end = i + width * 3; i < end; i++)
      out.pixels[i] = scene.pixels[i]! + (soft.pixels[i]! - scene.pixels[i]!) * share;
  }
  return out;
}
