import type { RgbImage } from '../raster/raster.ts';
import { dream, fog } from './atmosphere.ts';
import { comic, lineart } from './line-drawing.ts';
import type { Look, LookContext } from './look-context.ts';
import type { LookName } from './look-words.ts';
import { paint } from './painting.ts';
import { night, sunset } from './time-of-day.ts';
import { cold, noir, sepia, warm } from './tone.ts';
import { rain, snow } from './weather.ts';

const LOOKS: Readonly<Record<LookName, Look>> = {
  night,
  sunset,
  warm,
  cold,
  fog,
  dream,
  rain,
  snow,
  paint,
  lineart,
  comic,
  noir,
  sepia,
};

/** Applies the looks one after the other. The given picture may be changed. */
export async function applyLooks(image: RgbImage, looks: readonly LookName[], context: LookContext): Promise<RgbImage> {
  let current = image;
  for (const name of looks) current = await LOOKS[name](current, context);
  return current;
}
