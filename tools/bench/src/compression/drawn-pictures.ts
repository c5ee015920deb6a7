import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawSample } from '@framesong/compositor';
import sharp, { type Sharp } from 'sharp';

/** What the packages lack: storyboard panels, character sheets with alpha, sensor noise, turned and large photographs. */
const DRAWINGS: readonly { readonly name: string; readonly draw: () => Promise<Sharp> }[] = [
  ...[1.3, 2.2].flatMap((scale) => [
    { name: `scene-${scale}.jpg`, draw: async () => sharp((await drawSample({ scale })).scene.bytes) },
    ...['mei', 'tao', 'dou'].map((id) => ({
      name: `${id}-${scale}.png`,
      draw: async () => {
        const { characters } = await drawSample({ scale });
        return sharp(characters.find((character) => character.id === id)!.bytes);
      },
    })),
  ]),
  { name: 'grainy-scene.png', draw: () => withGrain(2, 14) },
  { name: 'very-grainy-scene.jpg', draw: () => withGrain(2.6, 30) },
  {
    name: 'turned-scene.jpg',
    draw: async () => (await withGrain(2.4, 6)).withExif({}).withMetadata({ orientation: 6 }),
  },
  // What cameras give: 12 megapixels and grain everywhere.
  { name: 'camera-day.png', draw: () => withGrain(2.9, 8) },
  { name: 'camera-dusk.jpg', draw: () => withGrain(2.9, 12) },
  { name: 'camera-night.jpg', draw: () => withGrain(2.9, 24) },
  { name: 'panel.png', draw: () => Promise.resolve(sharp(Buffer.from(panelSvg(2400, 1600)))) },
  { name: 'gradient.png', draw: () => Promise.resolve(sharp(Buffer.from(gradientSvg(3200, 2000)))) },
];

/** Paths of the drawn pictures in `folder`; each is drawn once. */
export async function drawPictures(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, draw } of DRAWINGS) {
    const path = join(folder, name);
    if (!existsSync(path)) {
      const picture = await draw();
      await writeFile(path, await (name.endsWith('.png') ? picture.png() : picture.jpeg({ quality: 95 })).toBuffer());
    }
    paths.push(path);
  }
  return paths;
}

/** The sample scene with noise of this standard deviation on every pixel, as a sensor at high gain gives. */
async function withGrain(scale: number, sigma: number): Promise<Sharp> {
  const scene = sharp((await drawSample({ scale })).scene.bytes);
  const { width, height } = await scene.metadata();
  const noise = sharp({
    create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma } },
  });
  return sharp(
    await scene
      .composite([{ input: await noise.png().toBuffer(), blend: 'soft-light' }])
      .png()
      .toBuffer(),
  );
}

/** Strokes, hatching and lettering on white. */
function panelSvg(width: number, height: number): string {
  const hatches = Array.from(
    { length: 180 },
    (_, index) => `<path d="M${index * 14} ${height} l 300 -${300 + ((index * 37) % 500)}"/>`,
  );
  const words = Array.from(
    { length: 24 },
    (_, index) =>
      `<text x="${120 + (index % 3) * 760}" y="${120 + Math.floor(index / 3) * 90}">Panel ${index + 1}: wide shot</text>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" ` +
    `fill="#fff"/><g stroke="#202028" stroke-width="3" fill="none"><circle cx="1500" cy="900" r="520"/>` +
    `<path d="M200 1200 Q 900 300 2300 1300"/>${hatches.join('')}</g>` +
    `<g font-family="sans-serif" font-size="44">${words.join('')}</g></svg>`
  );
}

function gradientSvg(width: number, height: number): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>` +
    `<linearGradient id="sky" x2="0.4" y2="1"><stop stop-color="#17305e"/><stop offset="0.6" stop-color="#d97a5b"/>` +
    `<stop offset="1" stop-color="#f7e2a8"/></linearGradient><radialGradient id="sun"><stop stop-color="#fff8d8"/>` +
    `<stop offset="1" stop-color="#fff8d8" stop-opacity="0"/></radialGradient></defs>` +
    `<rect width="100%" height="100%" fill="url(#sky)"/><circle cx="2200" cy="1200" r="700" fill="url(#sun)"/></svg>`
  );
}
