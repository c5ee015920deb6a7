import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AGAIN_MS = 25;

/**
 * Asks again until `look` is satisfied, and returns what it said then; for what nobody tells when it happens.
 * @throws Error with the last answer when the time is up
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  satisfied: (seen: T) => boolean,
  limitMs = 20_000,
): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (satisfied(seen)) return seen;
    if (Date.now() > until) throw new Error(`${what} did not come; last seen: ${JSON.stringify(seen)}`);
    await delay(LOOK_AGAIN_MS);
  }
}
