import { createHash } from 'node:crypto';
import { createResultCache } from './result-cache.ts';

// Puts entry after entry into the cache in the folder that is its argument, until it is killed. Says a word per entry kept.
const MEGABYTE = 1024 ** 2;

void (async () => {
  for (let number = 0; ; number += 1) {
    const options = { name: 'fixture', memoryBytes: 0, diskBytes: 64 * MEGABYTE, folder: process.argv[2]! };
    const key = createHash('sha256').update(String(number)).digest('hex');
    const made = { facts: { number }, data: Buffer.alloc(MEGABYTE, number) };
    const cache = createResultCache<{ number: number }>(options);
    await cache.get(key, () => Promise.resolve(made), new AbortController().signal);
    await cache[Symbol.asyncDispose]();
    process.stdout.write(`${number}\n`);
  }
})();
