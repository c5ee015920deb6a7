import { blankRaster, type RgbImage } from '../raster/raster.ts';
import type { Shot } from '../staging/shot.ts';
import type { SceneLight } from './scene-light.ts';

/** A frame while it is put together. */
export interface Canvas {
  /** Written in place. */
  readonly image: RgbImage;
  /** Per pixel: 0 scene, otherwise 1 + index of the figure that covers it. */
  readonly figureMap: Uint8Array;
  /** The scene, blurred very wide: the light around a place. */
  readonly ambient: RgbImage;
  readonly light: SceneLight;
  readonly shot: Shot;
  /** Pixels that one pixel of a frame 720 high has become. */
  readonly unit: number;
}

/** A canvas that shows the scene alone. */
export function createCanvas(scene: RgbImage, ambient: RgbImage, light: SceneLight, shot: Shot): Canvas {
  const { width, height } = scene;
  const image = blankRaster(width, height, 3);
  image.pixels.set(scene.pixels);
  return { image, figureMap: new Uint8Array(width * height), ambient, light, shot, unit: height / 720 };
}
