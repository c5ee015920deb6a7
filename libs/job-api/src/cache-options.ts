import type { CacheOptions } from '@framesong/contracts/job/v1/reuse';
import { MAX_SIMILAR_DISTANCE, type ReuseTerms } from '@framesong/jobs';

/**
 * Checks the cache options of a request.
 * @param seed as the request gives it
 * @param fault told every fault, with the name of the field in the request
 */
export function checkCacheOptions(
  cache: CacheOptions | undefined,
  seed: number | undefined,
  fault: (field: string, description: string) => unknown,
): void {
  if (!cache) return;
  const { read, allowSimilar, anySeed } = cache;
  if (!(allowSimilar >= 0 && allowSimilar <= MAX_SIMILAR_DISTANCE)) {
    fault('cache.allow_similar', `must be 0 to ${MAX_SIMILAR_DISTANCE}, is ${allowSimilar}`);
  }
  if (!read && allowSimilar > 0) fault('cache.allow_similar', 'has no effect without cache.read; set it too');
  if (!read && anySeed) fault('cache.any_seed', 'has no effect without cache.read; set it too');
  if (anySeed && seed !== undefined) fault('cache.any_seed', 'and a seed exclude each other; leave one of them out');
}

/** What makes the result of a request; see {@link ReuseTerms}. */
export type ReuseContent = Pick<ReuseTerms, 'rest' | 'text' | 'seed' | 'isUsable'>;

/** The terms under which results are shared, from checked options. Without options a result is kept and none is taken. */
export function reuseTermsOf(cache: CacheOptions | undefined, content: ReuseContent): ReuseTerms {
  return {
    ...content,
    read: cache?.read ?? false,
    write: cache?.write ?? true,
    anySeed: cache?.anySeed ?? false,
    maxDistance: cache?.allowSimilar ?? 0,
  };
}
