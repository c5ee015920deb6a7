import type { CacheOptions } from '@framesong/contracts/job/v1/reuse';
import { InvalidArgumentError } from 'commander';

/** Flags and meaning of the option. */
export const REUSE_OPTION = [
  '--reuse [distance]',
  'take the result of an equal request, or of one with other words up to 0.5 away; of any seed where none is given',
] as const;

/** How far the words may be away: 0 to 0.5. */
export function parseDistance(text: string): number {
  const distance = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (distance >= 0 && distance <= 0.5) return distance;
  throw new InvalidArgumentError('Expected a number from 0 to 0.5: the share of words that may differ.');
}

/** What the option means for a request; true without a distance, undefined without the option. */
export function cacheOf(reuse: number | true | undefined, seed: number | undefined): CacheOptions | undefined {
  if (reuse === undefined) return undefined;
  return { read: true, allowSimilar: reuse === true ? 0 : reuse, anySeed: seed === undefined };
}
