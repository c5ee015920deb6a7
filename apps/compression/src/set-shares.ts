import type { ImageRole } from './read-image-set.ts';

/** Size and quality that one compression of an image came to. */
interface Result {
  /** As the budget counts. */
  readonly sizeBytes: number;
  /** Encoder quality, 1 to 100. */
  readonly quality: number;
  /** Linear scale, above 0 to 1. */
  readonly scale: number;
}

/** What is known of an image when the shares are made. */
export interface Measured extends Result {
  readonly role: ImageRole;
  /** The least that it can be given. */
  readonly smallestBytes: number;
}

/** Bytes against those of another image at the same quality: faces and the place are looked at, props are not. */
const ROLE_WEIGHTS: Readonly<Record<ImageRole, number>> = { scene: 1.15, character: 1.15, other: 1 };
/** Bytes are taken to fall with the quantiser steps to this power: an assumption, only used to weigh images of a set. */
const SIZE_EXPONENT = 0.65;
/** Bytes fall with the linear scale to this power: less than 2, as small pictures hold more detail per pixel. */
const SCALE_EXPONENT = 1.6;
/** More quality than this is not given: it is what the library stops at. */
const MAX_QUALITY = 95;
/** Quantiser steps of the worst quality; the search for a common one begins there. */
const COARSEST_STEPS = 5000;
const BISECTIONS = 40;

/** Shares before anything is known of the images but their roles. Whole numbers; their sum is at most `totalBytes`. */
export function firstShares(roles: readonly ImageRole[], totalBytes: number): number[] {
  const weights = roles.map((role) => ROLE_WEIGHTS[role]);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.floor((totalBytes * weight) / sum));
}

/**
 * Shares that bring all images to about the same quality, the most that `totalBytes` allows: the one that is hardest to
 * compress gets most, and none gets more than it can use. By water filling over the measured sizes: bytes at a common
 * quality are predicted from one result of each. Whole numbers; their sum is at most `totalBytes` unless the least that
 * the images need already comes to more.
 */
export function evenShares(images: readonly Measured[], totalBytes: number, capBytes = Infinity): number[] {
  const sharesAt = (steps: number) =>
    images.map((image) => {
      const wantedBytes = ROLE_WEIGHTS[image.role] * bytesAtSteps(image, steps, 1);
      return Math.floor(Math.min(capBytes, Math.max(image.smallestBytes, wantedBytes)));
    });
  const fits = (steps: number) => sharesAt(steps).reduce((sum, share) => sum + share, 0) <= totalBytes;
  let [fine, coarse] = [Math.log(stepsOf(MAX_QUALITY)), Math.log(COARSEST_STEPS)];
  if (fits(Math.exp(fine))) return sharesAt(Math.exp(fine));
  for (let round = 0; round < BISECTIONS; round += 1) {
    const middle = (fine + coarse) / 2;
    if (fits(Math.exp(middle))) coarse = middle;
    else fine = middle;
  }
  return sharesAt(Math.exp(coarse));
}

/** Predicted size of an image at another quality, 1 to 100, and scale. */
export function bytesAt(result: Result, quality: number, scale: number): number {
  return bytesAtSteps(result, stepsOf(quality), scale);
}

function bytesAtSteps(result: Result, steps: number, scale: number): number {
  return (
    result.sizeBytes * (scale / result.scale) ** SCALE_EXPONENT * (stepsOf(result.quality) / steps) ** SIZE_EXPONENT
  );
}

/** The factor that libjpeg's quality scales its quantiser tables by, in percent (`jpeg_quality_scaling`). */
function stepsOf(quality: number): number {
  return quality < 50 ? 5000 / quality : Math.max(1, 200 - 2 * quality);
}
