import { annotate, ATTR, count, METRICS } from '@framesong/telemetry';
import { DiskStore } from './disk-store.ts';
import type { Entry } from './entry.ts';
import { Flights } from './flights.ts';
import { MemoryStore } from './memory-store.ts';

/** Whether a value was there, was made for this call, or was being made for another one. */
export type CacheResult = 'hit' | 'miss' | 'coalesced';

/** A value and where it came from. Several callers may hold the same bytes: do not change them. */
export interface CachedValue<Facts> extends Entry<Facts> {
  readonly cache: CacheResult;
}

/** How a cache is made. */
export interface ResultCacheOptions {
  /** Stands in spans and metrics. */
  readonly name: string;
  /** Bytes that are kept in memory; 0 keeps none. */
  readonly memoryBytes: number;
  /** Bytes that are kept on disk; 0 keeps none. */
  readonly diskBytes: number;
  /** Where the files lie; made when needed. Several processes may share it. */
  readonly folder: string;
}

/** Results of work that always gives the same for the same key. Disposing waits until what is to be kept is written. */
export interface ResultCache<Facts> extends AsyncDisposable {
  /**
   * The value of `key`: from memory, from disk, from the work that is under way for another caller, or made by `make`.
   * A failure is passed on to all who wait and is not kept.
   * @param key 64 lower-case hexadecimal digits over everything that the result depends on
   * @param make Its signal fires when the last of those who wait has given up.
   * @throws FramesongError of `make`; what `signal` stands for, as soon as it fires
   */
  get(
    key: string,
    make: (signal: AbortSignal) => Promise<Entry<Facts>>,
    signal: AbortSignal,
  ): Promise<CachedValue<Facts>>;
}

/** A cache with memory before disk. Equal requests are joined also when nothing is kept. */
export function createResultCache<Facts>(options: ResultCacheOptions): ResultCache<Facts> {
  const memory = new MemoryStore<Facts>(options.memoryBytes);
  const disk = options.diskBytes > 0 ? new DiskStore<Facts>(options.folder, options.diskBytes) : undefined;
  const flights = new Flights<CachedValue<Facts>>();

  const lookUpOrMake = async (
    key: string,
    make: (signal: AbortSignal) => Promise<Entry<Facts>>,
    signal: AbortSignal,
  ): Promise<CachedValue<Facts>> => {
    const onDisk = await disk?.get(key);
    const entry = onDisk ?? (await make(signal));
    memory.set(key, entry);
    if (!onDisk) disk?.set(key, entry);
    return { ...entry, cache: onDisk ? 'hit' : 'miss' };
  };

  const find = async (...[key, make, signal]: Parameters<ResultCache<Facts>['get']>): Promise<CachedValue<Facts>> => {
    const inMemory = memory.get(key);
    if (inMemory) return { ...inMemory, cache: 'hit' };
    const { value, joined } = await flights.join(key, (last) => lookUpOrMake(key, make, last), signal);
    return joined && value.cache === 'miss' ? { ...value, cache: 'coalesced' } : value;
  };

  return {
    async get(key, make, signal) {
      const found = await find(key, make, signal);
      const result = { [ATTR.cacheName]: options.name, [ATTR.cacheResult]: found.cache };
      annotate(result);
      count(METRICS.cacheRequests, 1, result);
      return found;
    },
    async [Symbol.asyncDispose]() {
      await disk?.idle();
    },
  };
}
