import sharp from 'sharp';
import { composeFrame, type Frame } from '../index.ts';
import { encodeFrame } from '../encode-frame.ts';
import { drawSample, type Sample } from '../sample/draw-sample.ts';
import { drawReference } from './drawn-references.ts';
import { drawScene, type SceneName } from './drawn-scenes.ts';
import { SHEET_CASES, type SheetCase } from './sheet-cases.ts';

const TILE_WIDTH = 400;
const TILE_HEIGHT = 225;
const COLUMNS = 5;
const LABEL = 18;

let sample: Promise<Sample> | undefined;

/** Composes one case. */
export async function composeCase({
  scene,
  prompt,
  characters,
  size = [1280, 720],
  seed = 5,
  caption = '',
}: SheetCase): Promise<Frame> {
  const images = await Promise.all(
    characters.map(async (character) => {
      if (typeof character !== 'string')
        return { name: character.subjects[0]!.who, image: await drawReference(character) };
      sample ??= drawSample();
      const drawn = (await sample).characters.find(({ id }) => id === character);
      return { name: character, image: drawn?.bytes ?? (await drawScene(character as SceneName)) };
    }),
  );
  return composeFrame({
    scene: await drawScene(scene),
    characters: images.map(({ name, image }, index) => ({ id: `c${index}`, name, image })),
    prompt,
    seed,
    caption,
    width: size[0],
    height: size[1],
  });
}

/** All frames, small, side by side with their titles, as one JPEG. */
export async function contactSheet(frames: readonly Frame[]): Promise<Buffer> {
  const tiles = await Promise.all(
    frames.map(async (frame, index) => {
      const left = (index % COLUMNS) * (TILE_WIDTH + 6);
      const top = Math.floor(index / COLUMNS) * (TILE_HEIGHT + LABEL + 6);
      const input = await sharp(await encodeFrame(frame, 'png'))
        .resize(TILE_WIDTH, TILE_HEIGHT, { fit: 'contain', background: '#1b1b1e' })
        .toBuffer();
      return { input, left, top };
    }),
  );
  const labels = tiles.map(({ left, top }, index) => ({
    input: Buffer.from(labelSvg(index)),
    left,
    top: top + TILE_HEIGHT,
  }));
  const height = Math.ceil(frames.length / COLUMNS) * (TILE_HEIGHT + LABEL + 6);
  return sharp({ create: { width: COLUMNS * (TILE_WIDTH + 6), height, channels: 3, background: '#1b1b1e' } })
    .composite([...tiles, ...labels])
    .jpeg({ quality: 68, mozjpeg: true })
    .toBuffer();
}

function labelSvg(index: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${TILE_WIDTH}" height="${LABEL}"><text x="2" y="13" font-family="sans-serif" font-size="12" fill="#ddd">${index + 1} ${SHEET_CASES[index]!.title}</text></svg>`;
}
