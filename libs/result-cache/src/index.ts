export { Flights } from './flights.ts';
export {
  createResultCache,
  type CachedValue,
  type CacheResult,
  type ResultCache,
  type ResultCacheOptions,
} from './result-cache.ts';
