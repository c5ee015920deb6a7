import type { SizeRule } from './image-model.ts';
import type { ImageSize } from './image-size.ts';

type FreeRule = Extract<SizeRule, { kind: 'free' }>;

/** An exact multiple of the wanted shape may have so many times the pixels that are needed before a crop is the better way. */
const EXACT_SHAPE_MAY_COST = 1.5;

/**
 * The smallest allowed size that holds the wanted one, in exactly its shape where that costs little: 1280x720 under a
 * minimum of 3 686 400 pixels becomes 2560x1440. Where the limits leave no such size, the largest that they allow.
 */
export function nearestFreeSize(rule: FreeRule, wanted: ImageSize): ImageSize {
  if (isAllowed(rule, wanted)) return wanted;
  const target = smallestHolding(rule, wanted);
  const exact = exactShape(rule, wanted, target);
  if (exact && exact.widthPx * exact.heightPx <= EXACT_SHAPE_MAY_COST * target.widthPx * target.heightPx) return exact;
  return target;
}

function isAllowed(rule: FreeRule, { widthPx, heightPx }: ImageSize): boolean {
  const { multipleOf = 1, minSidePx = 1, maxSidePx = Infinity, minPixels = 1, maxPixels = Infinity } = rule;
  const { minAspect = 0, maxAspect = Infinity } = rule;
  const pixels = widthPx * heightPx;
  const aspect = widthPx / heightPx;
  return (
    widthPx % multipleOf === 0 &&
    heightPx % multipleOf === 0 &&
    Math.min(widthPx, heightPx) >= minSidePx &&
    Math.max(widthPx, heightPx) <= maxSidePx &&
    pixels >= minPixels &&
    pixels <= maxPixels &&
    aspect >= minAspect &&
    aspect <= maxAspect
  );
}

/** Wanted shape, clamped to what is allowed, grown to the minimum or shrunk to the maximum, then rounded. */
function smallestHolding(rule: FreeRule, wanted: ImageSize): ImageSize {
  const { multipleOf = 1, minSidePx = 1, maxSidePx = Infinity, minPixels = 1, maxPixels = Infinity } = rule;
  const { minAspect = 0, maxAspect = Infinity } = rule;
  // The limits of the sides are limits of the shape as well.
  const widest = Math.min(maxAspect, maxSidePx / minSidePx);
  const narrowest = Math.max(minAspect, minSidePx / maxSidePx);
  let { widthPx, heightPx } = wanted;
  if (widthPx / heightPx > widest) heightPx = widthPx / widest;
  if (widthPx / heightPx < narrowest) widthPx = heightPx * narrowest;
  const grow = Math.max(1, minSidePx / Math.min(widthPx, heightPx), Math.sqrt(minPixels / (widthPx * heightPx)));
  const shrink = Math.min(
    1,
    maxSidePx / (grow * Math.max(widthPx, heightPx)),
    Math.sqrt(maxPixels / (widthPx * heightPx)) / grow,
  );
  const multiples = (px: number): number[] => {
    const nearest = Math.round((px * grow * shrink) / multipleOf);
    return NEIGHBOURS.map((step) => (nearest + step) * multipleOf).filter((side) => side > 0);
  };
  const around = multiples(widthPx).flatMap((width) =>
    multiples(heightPx).map((height) => ({ widthPx: width, heightPx: height })),
  );
  const allowed = around.filter((size) => isAllowed(rule, size)).sort((a, b) => compare(a, b, wanted));
  return allowed[0] ?? { widthPx: Math.round(widthPx), heightPx: Math.round(heightPx) };
}

/** Rounding may leave the limits by a step or two. */
const NEIGHBOURS = [-2, -1, 0, 1, 2];

/** What holds the wanted size before what does not; of those the smallest, of these the largest. */
function compare(a: ImageSize, b: ImageSize, wanted: ImageSize): number {
  const [holdsA, holdsB] = [a, b].map(({ widthPx, heightPx }) =>
    Number(widthPx >= wanted.widthPx && heightPx >= wanted.heightPx),
  ) as [number, number];
  if (holdsA !== holdsB) return holdsB - holdsA;
  const pixels = a.widthPx * a.heightPx - b.widthPx * b.heightPx;
  return holdsA === 1 ? pixels : -pixels;
}

/** The smallest allowed size in exactly the wanted shape that is not smaller than `target`. */
function exactShape(rule: FreeRule, { widthPx, heightPx }: ImageSize, target: ImageSize): ImageSize | undefined {
  const divisor = greatestCommonDivisor(widthPx, heightPx);
  const [unitWidth, unitHeight] = [widthPx / divisor, heightPx / divisor];
  const first = Math.max(1, Math.ceil(Math.min(target.widthPx / unitWidth, target.heightPx / unitHeight) - 1e-9));
  const last = first + (rule.multipleOf ?? 1);
  for (let units = first; units <= last; units += 1) {
    const size = { widthPx: unitWidth * units, heightPx: unitHeight * units };
    if (isAllowed(rule, size)) return size;
  }
  return undefined;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
