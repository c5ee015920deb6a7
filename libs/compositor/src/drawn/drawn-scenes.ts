import sharp from 'sharp';
import { paint } from '../look/painting.ts';
import { sharpOf } from '../raster/sharp-raster.ts';
import { drawSample } from '../sample/draw-sample.ts';
import { alleySvg, cartoonSvg, roomSvg, streetSvg, templeSvg } from './built-scenes-svg.ts';
import { paintedScene, PROCEDURAL_SCENES } from './procedural-scenes.ts';

const BUILT = { street: streetSvg, room: roomSvg, temple: templeSvg, cartoon: cartoonSvg, alley: alleySvg } as const;

/** A drawn scene. */
export type SceneName = 'hillside' | keyof typeof BUILT | keyof typeof PROCEDURAL_SCENES;

/** Draws a scene as a JPEG of 1280 x 720; the alley is upright. Those worked out pixel by pixel can be had smaller. */
export async function drawScene(name: SceneName, width = 1280): Promise<Buffer> {
  if (name === 'hillside') return (await drawSample()).scene.bytes;
  if (name in BUILT)
    return sharp(Buffer.from(BUILT[name as keyof typeof BUILT]()))
      .jpeg({ quality: 90 })
      .toBuffer();
  const image = paintedScene(name as keyof typeof PROCEDURAL_SCENES, width, Math.round(width * 0.5625));
  // Mountains are a painting: strokes first, as an artist's reference would have them.
  const figureMap = new Uint8Array(image.width * image.height);
  const finished = name === 'mountains' ? await paint(image, { figureMap, seed: 1, unit: width / 800 }) : image;
  return sharpOf(finished).jpeg({ quality: 90 }).toBuffer();
}
