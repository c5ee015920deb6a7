import { clamp } from '../raster/raster.ts';

const USABLE_SHARE = 0.94;
const MOST_GAP_SHARE = 0.09;
const ROUNDS = 12;

/** Centres for figures of these widths, side by side around the middle; where room is short bodies overlap, heads do not. */
export function spread(widths: readonly number[], headWidths: readonly number[], frameWidth: number): number[] {
  const count = widths.length;
  if (count === 0) return [];
  const usable = frameWidth * USABLE_SHARE;
  const sum = widths.reduce((total, width) => total + width, 0);
  const gap = (usable - sum) / (count + 1);
  const centres = gap >= 0 ? withGaps(widths, Math.min(gap, frameWidth * MOST_GAP_SHARE), frameWidth) : overlapping();
  for (let round = 0; round < ROUNDS; round++)
    for (let i = 1; i < count; i++) {
      const least = ((headWidths[i - 1]! + headWidths[i]!) / 2) * 1.08;
      const missing = least - (centres[i]! - centres[i - 1]!);
      if (missing <= 0) continue;
      centres[i - 1]! -= missing / 2;
      centres[i]! += missing / 2;
    }
  return centres.map((centre) => clamp(centre, frameWidth * 0.05, frameWidth * 0.95));

  function overlapping(): number[] {
    const first = (frameWidth - usable) / 2 + widths[0]! / 2;
    const last = (frameWidth + usable) / 2 - widths[count - 1]! / 2;
    return widths.map((_, i) => (count === 1 ? frameWidth / 2 : first + ((last - first) * i) / (count - 1)));
  }
}

function withGaps(widths: readonly number[], gap: number, frameWidth: number): number[] {
  const span = widths.reduce((total, width) => total + width, 0) + gap * (widths.length - 1);
  let x = (frameWidth - span) / 2;
  return widths.map((width) => {
    const centre = x + width / 2;
    x += width + gap;
    return centre;
  });
}
