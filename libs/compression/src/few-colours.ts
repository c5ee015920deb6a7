import type { Bitmap } from './bitmap.ts';

/** True when the bitmap has at most `limit` different colours, alpha included; stops at the first one too many. */
export function hasFewColours({ data, channels }: Bitmap, limit: number): boolean {
  const seen = new Set<number>();
  let previous = -1;
  for (let at = 0; at < data.length; at += channels) {
    const colour = data.readUIntLE(at, channels);
    // Runs of one colour are the rule in drawings, and a comparison is cheaper than a look-up.
    if (colour === previous) continue;
    previous = colour;
    seen.add(colour);
    if (seen.size > limit) return false;
  }
  return true;
}
