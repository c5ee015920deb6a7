import type { Bitmap } from './bitmap.ts';

/** Pixels between two that are looked at; a prime, so that it does not fall in step with regular patterns. */
const LOOK_EVERY = 7;
const FLAT_SHARE = 0.5;
const SHARP_SHARE = 0.2;
/** Difference of one channel, out of 255, from which two neighbours make an edge. */
const EDGE = 32;

/**
 * True for drawings, text and screenshots: most neighbours are equal, and where they differ, they differ much. Smooth
 * gradients are equal too but have no edges; photographs have few equal neighbours.
 */
export function isGraphics(bitmap: Bitmap): boolean {
  const { data, width, height, channels } = bitmap;
  let looked = 0;
  let flat = 0;
  let sharp = 0;
  for (let y = 0; y < height - 1; y += LOOK_EVERY)
    for (let x = y % LOOK_EVERY; x < width - 1; x += LOOK_EVERY) {
      const at = (y * width + x) * channels;
      const difference = Math.max(
        largestDifference(data, at, at + channels, channels),
        largestDifference(data, at, at + width * channels, channels),
      );
      looked += 1;
      if (difference === 0) flat += 1;
      else if (difference >= EDGE) sharp += 1;
    }
  const busy = looked - flat;
  return looked > 0 && busy > 0 && flat / looked >= FLAT_SHARE && sharp / busy >= SHARP_SHARE;
}

/** Largest difference of any channel between two pixels. */
function largestDifference(data: Buffer, one: number, other: number, channels: number): number {
  let largest = 0;
  for (let channel = 0; channel < channels; channel += 1)
    largest = Math.max(largest, Math.abs(data[one + channel]! - data[other + channel]!));
  return largest;
}
