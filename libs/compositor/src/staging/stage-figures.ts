import type { Box, Cutout } from '../cutout/cutout.ts';
import { clamp, type RgbaImage } from '../raster/raster.ts';
import { seededRandom } from '../seeded-random.ts';
import { spread } from './spread.ts';
import { headShare, type Shot } from './shot.ts';

/** Where one figure stands in the frame, in pixels; boxes may reach over the frame's edge. */
export interface StagedFigure {
  readonly cutout: Cutout;
  /** Frame pixels per pixel of the cut-out. */
  readonly scale: number;
  readonly box: Box;
  readonly head: Box;
  /** In the second row, behind the others. */
  readonly behind: boolean;
  /** Stands with its feet on the ground, so it throws a shadow there. */
  readonly grounded: boolean;
}

/** A cut-out, and what is known of who it is. */
export interface FigureToStage {
  readonly cutout: Cutout;
  /** Height beside a grown-up person, where it is known. */
  readonly kindHeight: number | undefined;
}

const SHRINK = 0.94;
// A figure smaller than this share of a full or wide frame would be lost in it.
const LEAST_AREA = 0.032;
const MOST_TRIES = 30;
const BACK_ROW_SCALE = 0.9;

/**
 * Places the figures: equal head heights, one ground line, left to right in the given order, heads apart and inside the
 * frame. From four figures on every second one, and every large animal, stands in a row
 * behind. Where they do not fit they all shrink.
 * Deterministic; `seed` chooses on which third a lone figure stands, how far the figures stand from the middle, and a little of their
 * size, the same for all of them.
 */
export function stageFigures(
  figures: readonly FigureToStage[],
  shot: Shot,
  width: number,
  height: number,
  seed: number,
): StagedFigure[] {
  const chosen = chooseBySeed(seed);
  let staged: StagedFigure[] = [];
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    staged = placed(figures, shot, width, height, chosen, SHRINK ** attempt);
    if (headsFit(staged, width, height)) return staged;
  }
  return staged;
}

/** What differs from seed to seed, in shares of the frame's width; `size` is a factor. */
interface SeedChoice {
  readonly third: number;
  readonly shift: number;
  readonly size: number;
}

const MOST_SHIFT = 0.05;

/** So that pictures of several seeds are worth choosing from, and none is staged worse than another. */
function chooseBySeed(seed: number): SeedChoice {
  const random = seededRandom(seed);
  const third = random() < 0.5 ? 0.37 : 0.63;
  return { third, shift: MOST_SHIFT * (2 * random() - 1), size: 0.98 + 0.08 * random() };
}

function placed(
  figures: readonly FigureToStage[],
  shot: Shot,
  width: number,
  height: number,
  { third, shift, size }: SeedChoice,
  shrink: number,
): StagedFigure[] {
  const cutouts = figures.map(({ cutout }) => cutout);
  const twoRows = cutouts.length >= 4;
  // A tall, narrow frame is staged as if it were less tall.
  const reference = Math.min(height, width * 1.1);
  const isBehind = (index: number) => twoRows && (index % 2 === 1 || isBulky(figures[index]!));
  const scales = figures.map(
    (figure, index) =>
      scaleOf(figure, shot, cutouts.length, width, reference) * size * shrink * (isBehind(index) ? BACK_ROW_SCALE : 1),
  );
  const widths = cutouts.map((cutout, index) => cutout.image.width * scales[index]!);
  const headWidths = cutouts.map((cutout, index) => cutout.head.width * scales[index]!);
  const lone = cutouts.length === 1 && shot !== 'close';
  const unshifted = lone ? [width * third] : spread(widths, headWidths, width);
  const centres = unshifted.map((centre) => centre + width * shift);
  return cutouts.map((cutout, index) => {
    const scale = scales[index]!;
    const boxWidth = Math.max(1, Math.round(cutout.image.width * scale));
    const boxHeight = Math.max(1, Math.round(cutout.image.height * scale));
    const headCentre = (cutout.head.x + cutout.head.width / 2) * scale;
    const headWidth = cutout.head.width * scale;
    const margin = headWidth / 2 + width * 0.01;
    // Half by its head, half by its outline, so that neither a held umbrella nor a turned head decides alone.
    const wished = centres[index]! - headCentre * 0.4 - (boxWidth / 2) * 0.6;
    const x = Math.round(clamp(wished, margin - headCentre, width - margin - headCentre));
    const grounded = cutout.method !== 'card' && !cutout.cropped && (shot === 'full' || shot === 'wide');
    const y = Math.round(topOf(cutout, shot, height, boxHeight, grounded, isBehind(index)));
    const box = { x, y, width: boxWidth, height: boxHeight };
    const head = {
      x: Math.round(x + cutout.head.x * scale),
      y: Math.round(y + cutout.head.y * scale),
      width: Math.round(headWidth),
      height: Math.round(cutout.head.height * scale),
    };
    return { cutout, scale, box, head, behind: isBehind(index), grounded };
  });
}

function scaleOf(
  { cutout, kindHeight }: FigureToStage,
  shot: Shot,
  figures: number,
  width: number,
  reference: number,
): number {
  const { image, head, method } = cutout;
  if (method === 'card')
    return Math.min((reference * 0.42) / image.height, (width * 0.6) / Math.max(2, figures) / image.width);
  const scale = (headShare(shot, figures) * reference) / head.height;
  if (shot === 'close' || shot === 'medium' || cutout.cropped) return scale;
  // Heads are guesses: a standing figure stays near a usual height. Bodies wider than tall may be low.
  const usual = shot === 'full' ? 0.62 : 0.48;
  if (kindHeight !== undefined) {
    const visible = Math.sqrt((LEAST_AREA * width * reference) / (opaqueShare(image) * image.width * image.height));
    // Never taller than a horse for the sake of being seen.
    const tallest = (1.15 * usual * reference) / image.height;
    return Math.min(tallest, Math.max((kindHeight * usual * reference) / image.height, shot === 'full' ? visible : 0));
  }
  const lowest = image.width > image.height ? 0.6 : 0.84;
  return (usual * reference * clamp((scale * image.height) / (usual * reference), lowest, 1.08)) / image.height;
}

// A horse would hide the person who stands behind it.
function isBulky({ cutout, kindHeight = 0 }: FigureToStage): boolean {
  return kindHeight > 0.8 && cutout.image.width > cutout.image.height * 0.8;
}

function opaqueShare({ pixels }: RgbaImage): number {
  let opaque = 0;
  let count = 0;
  // Every 13th pixel: enough for a share.
  for (let o = 3; o < pixels.length; o += 52, count++) if (pixels[o]! > 128) opaque++;
  return Math.max(0.05, opaque / Math.max(1, count));
}

function topOf(
  cutout: Cutout,
  shot: Shot,
  height: number,
  boxHeight: number,
  grounded: boolean,
  behind: boolean,
): number {
  if (cutout.method === 'card') return height * (behind ? 0.1 : 0.14);
  if (grounded) return height * (behind ? 0.915 : 0.945) - boxHeight;
  const headroom = height * (shot === 'close' ? 0.09 : 0.16) - (behind ? height * 0.02 : 0);
  // What its picture cut off must not be seen floating, and what ends above the edge stands on it.
  return Math.max(headroom, height + 1 - boxHeight);
}

function headsFit(staged: readonly StagedFigure[], width: number, height: number): boolean {
  return staged.every(({ head, box }, index) => {
    const inside = head.x >= 0 && head.y >= 0 && head.x + head.width <= width && head.y + head.height <= height;
    const next = staged[index + 1];
    const apart = !next || head.x + head.width <= next.head.x;
    return inside && apart && (staged.length === 1 || box.width < width);
  });
}
