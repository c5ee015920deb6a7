import sharp from 'sharp';
import { deflateSync, crc32 } from 'node:zlib';

/** A place of 320 x 180 pixels, as JPEG. */
export function drawScene(): Promise<Buffer> {
  return sharp(Buffer.from(SCENE_SVG)).jpeg({ quality: 85 }).toBuffer();
}

/** A figure with transparent surroundings, 90 x 160 pixels, as PNG. */
export function drawFigure(colour = '#c0392b'): Promise<Buffer> {
  return sharp(Buffer.from(figureSvg(colour)))
    .png()
    .toBuffer();
}

/** Noise, which no encoder makes small, as PNG of about three bytes per pixel. */
export function drawNoise(side: number): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
  return sharp({ create: { width: side, height: side, channels: 3, noise, background: '#808080' } })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

/** A PNG whose header claims a size that its few bytes of content do not have. */
export function pngThatClaims(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const content = deflateSync(Buffer.alloc(64));
  return Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IDAT', content), pngChunk('IEND', Buffer.of())]);
}

/** A drawing in SVG, which is a program for the one who draws it and is not taken as a reference. */
export const SVG_FILE = Buffer.from(figureSvg('#1f618d'));

function pngChunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

const SCENE_SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180">
  <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#5dade2"/><stop offset="1" stop-color="#fdebd0"/></linearGradient></defs>
  <rect width="320" height="180" fill="url(#sky)"/>
  <path d="M0 120 L90 70 L170 115 L250 60 L320 110 V180 H0 Z" fill="#7d8f69"/>
  <path d="M0 150 Q160 130 320 150 V180 H0 Z" fill="#a9714b"/></svg>`;

function figureSvg(colour: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="160">
  <circle cx="45" cy="28" r="20" fill="#f0c9a4"/><rect x="22" y="50" width="46" height="60" rx="14" fill="${colour}"/>
  <rect x="26" y="106" width="15" height="50" rx="6" fill="#34495e"/>
  <rect x="49" y="106" width="15" height="50" rx="6" fill="#34495e"/></svg>`;
}
