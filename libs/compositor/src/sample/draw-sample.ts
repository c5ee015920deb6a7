import sharp from 'sharp';
import { DOG_SVG } from './dog-svg.ts';
import { sceneSvg } from './scene-svg.ts';
import { MEI_SVG, TAO_SVG } from './traveller-svg.ts';

/** One drawn picture file. */
export interface SamplePicture {
  readonly bytes: Buffer;
  readonly mimeType: 'image/jpeg' | 'image/png';
  readonly width: number;
  readonly height: number;
}

/** Everything for a first frame: a hillside road at evening, two travellers before plain backdrops, a dog with alpha. */
export interface Sample {
  readonly prompt: string;
  readonly scene: SamplePicture;
  readonly characters: readonly (SamplePicture & { readonly id: string; readonly name: string })[];
}

const PROMPT = 'Mei and Tao wait with their dog Dou on a hillside road at dusk, full shot, warm light';

/**
 * Draws the sample from shapes and gradients. Deterministic for one version of sharp.
 * @param scale 1 gives a scene of 1600 x 900 and travellers of 1000 x 1400 pixels; 2 gives 5.8 and 5.6 megapixels; the most
 * is 4.
 */
export async function drawSample({ scale = 1 }: { readonly scale?: number } = {}): Promise<Sample> {
  return {
    prompt: PROMPT,
    scene: await drawn(sceneSvg(), scale, 'image/jpeg'),
    characters: [
      { id: 'mei', name: 'Mei', ...(await drawn(MEI_SVG, scale, 'image/jpeg')) },
      { id: 'tao', name: 'Tao', ...(await drawn(TAO_SVG, scale, 'image/jpeg')) },
      { id: 'dou', name: 'Dou', ...(await drawn(DOG_SVG, scale, 'image/png')) },
    ],
  };
}

async function drawn(svg: string, scale: number, mimeType: SamplePicture['mimeType']): Promise<SamplePicture> {
  // 72 dots per inch are one pixel per unit of the drawing.
  const picture = sharp(Buffer.from(svg), { density: 72 * Math.min(4, Math.max(0.1, scale)) });
  const file = mimeType === 'image/png' ? picture.png() : picture.flatten().jpeg({ quality: 88 });
  const { data, info } = await file.toBuffer({ resolveWithObject: true });
  return { bytes: data, mimeType, width: info.width, height: info.height };
}
