import sharp from 'sharp';
import { blankRaster, clamp } from '../raster/raster.ts';
import { sharpOf } from '../raster/sharp-raster.ts';
import { seededRandom } from '../seeded-random.ts';
import { BIRD_SVG, CAT_SVG, FOX_SVG, HORSE_SVG } from './animals-svg.ts';
import { CAST, type CastName } from './cast.ts';
import { drawScene, type SceneName } from './drawn-scenes.ts';
import { personSvg } from './person-svg.ts';

const ANIMALS = { cat: CAT_SVG, horse: HORSE_SVG, fox: FOX_SVG, bird: BIRD_SVG } as const;

const FINE_DENSITY = 72;
const FINE_ABOVE_PX = 600;
const subjects = new Map<string, Promise<Buffer>>();

/** Someone or something that a reference shows. */
export type SubjectName = CastName | keyof typeof ANIMALS;

/** One subject in a reference, in shares of the picture: its middle, its feet and its height. */
export interface Placing {
  readonly who: SubjectName;
  readonly x: number;
  readonly feet: number;
  readonly height: number;
}

/** A reference as a camera or a painter would have made it. */
export interface ReferencePlan {
  readonly subjects: readonly Placing[];
  /** One colour, two for a graded paper, a scene, or `nothing`. */
  readonly before: string | readonly [string, string] | { readonly scene: SceneName };
  readonly width?: number;
  readonly height?: number;
  /** Noise of the sensor, in levels; default 3. */
  readonly grain?: number;
  /** JPEG quality, default 86. Before nothing the file is a PNG. */
  readonly quality?: number;
}

/** Draws it. Deterministic. */
export async function drawReference(plan: ReferencePlan): Promise<Buffer> {
  const { subjects: placings, before, width = 900, height = 1200, grain = 3, quality = 86 } = plan;
  const layers = await Promise.all(placings.map((placing) => subjectLayer(placing, width, height)));
  if (before === 'nothing') {
    const clear = { create: { width, height, channels: 4, background: '#0000' } } as const;
    return sharp(clear).composite(layers).png().toBuffer();
  }
  const flat = await sharp(await backdrop(before, width, height))
    .composite(layers)
    .removeAlpha()
    .raw()
    .toBuffer();
  const image = blankRaster(width, height, 3);
  const random = seededRandom(width + height * 7 + placings.length);
  for (let i = 0; i < flat.length; i++)
    image.pixels[i] = clamp(flat[i]! + (random() + random() - 1) * grain * 1.6, 0, 255);
  return sharpOf(image).jpeg({ quality }).toBuffer();
}

// Drawn once at each size: the textures are what takes time.
function drawnSubject(who: SubjectName, density: number): Promise<Buffer> {
  const key = `${who} ${density}`;
  let subject = subjects.get(key);
  if (!subject) {
    const svg = who in ANIMALS ? ANIMALS[who as keyof typeof ANIMALS] : personSvg(CAST[who as CastName]);
    subject = sharp(Buffer.from(svg), { density }).trim({ threshold: 1 }).png().toBuffer();
    subjects.set(key, subject);
  }
  return subject;
}

async function subjectLayer({ who, x, feet, height: share }: Placing, width: number, height: number) {
  const trimmed = await drawnSubject(who, height * share > FINE_ABOVE_PX ? FINE_DENSITY : FINE_DENSITY / 2);
  const { data, info } = await sharp(trimmed)
    .resize({ height: Math.round(height * share) })
    .png()
    .toBuffer({ resolveWithObject: true });
  const left = Math.round(width * x - info.width / 2);
  const top = Math.round(height * feet - info.height);
  // What reaches over the edge is cut off by the picture, as a camera does.
  const cut = { left: Math.max(0, -left), top: Math.max(0, -top) };
  const size = {
    width: Math.min(info.width - cut.left, width - Math.max(0, left)),
    height: Math.min(info.height - cut.top, height - Math.max(0, top)),
  };
  return {
    input: await sharp(data)
      .extract({ ...cut, ...size })
      .toBuffer(),
    left: Math.max(0, left),
    top: Math.max(0, top),
  };
}

async function backdrop(before: ReferencePlan['before'], width: number, height: number): Promise<Buffer> {
  if (typeof before === 'object' && 'scene' in before)
    return sharp(await drawScene(before.scene, 640))
      .resize(width, height, { fit: 'cover' })
      .blur(1.2)
      .png()
      .toBuffer();
  const [from, to] = typeof before === 'string' ? [before, before] : before;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g" x1="0" y1="0" x2=".3" y2="1"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="${width}" height="${height}" fill="url(#g)"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
