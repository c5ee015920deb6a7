import { createHash } from 'node:crypto';
import sharp from 'sharp';

/** What a made picture shows: enough to tell pictures apart by eye. */
export interface Drawing {
  readonly widthPx: number;
  readonly heightPx: number;
  /** First line, for example the model. */
  readonly title: string;
  /** Decides the colours: the same text, the same picture. */
  readonly key: string;
  readonly format?: 'png' | 'jpeg' | 'webp';
}

/** A real picture: a gradient in colours of the key, with its title and size. */
export async function drawPicture({ widthPx, heightPx, title, key, format = 'png' }: Drawing): Promise<Buffer> {
  const digest = createHash('sha256').update(key).digest();
  const colour = (at: number): string => `rgb(${digest[at]},${digest[at + 1]},${digest[at + 2]})`;
  const fontPx = Math.max(10, Math.round(heightPx / 12));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="${colour(0)}"/><stop offset="1" stop-color="${colour(3)}"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <circle cx="${(digest[6]! / 255) * widthPx}" cy="${(digest[7]! / 255) * heightPx}" r="${heightPx / 5}" fill="${colour(8)}"/>
    <text x="5%" y="20%" font-size="${fontPx}" fill="white">${escaped(title)}</text>
    <text x="5%" y="35%" font-size="${fontPx}" fill="white">${widthPx} x ${heightPx}</text></svg>`;
  return sharp(Buffer.from(svg))
    .toFormat(format, format === 'png' ? { compressionLevel: 1 } : {})
    .toBuffer();
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
