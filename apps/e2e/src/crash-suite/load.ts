import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from './random.ts';

/** One kind of work that the suite keeps going. */
export interface Source {
  readonly name: string;
  /** How many of its jobs are kept under way. */
  readonly underWay: number;
  /** Submits one; a repeat with the same request id is the same job. */
  submit(requestId: string): Promise<string>;
  cancel(jobId: string): Promise<unknown>;
  /** How many of its jobs are not over. */
  open(): Promise<number>;
}

/** What was accepted so far. */
export interface Load {
  readonly accepted: ReadonlyMap<string, { readonly cancelled: boolean }>;
  /** Submits nothing more; resolves when every submission under way is answered. */
  stop(): Promise<void>;
}

const TOP_UP_MS = 100;
const AGAIN_MS = 200;
const CANCELLED = 0.04;

/** Keeps jobs of every source under way. A submission that was not answered is repeated until it is. */
export function startLoad(sources: readonly Source[], random: Random): Load {
  const accepted = new Map<string, { cancelled: boolean }>();
  const stopped = new AbortController();
  let count = 0;

  const submitOne = async (source: Source): Promise<void> => {
    const requestId = `${source.name}-${++count}`;
    const id = await untilAnswered(() => source.submit(requestId));
    accepted.set(id, { cancelled: false });
    if (!random.chance(CANCELLED)) return;
    await pause(random.between(0, 1500));
    accepted.set(id, { cancelled: true });
    await untilAnswered(() => source.cancel(id));
  };
  const keepUp = async (source: Source): Promise<void> => {
    const submitting = new Set<Promise<void>>();
    while (!stopped.signal.aborted) {
      const missing = source.underWay - (await source.open()) - submitting.size;
      for (let index = 0; index < missing; index++) {
        const one: Promise<void> = submitOne(source).finally(() => submitting.delete(one));
        submitting.add(one);
      }
      await pause(TOP_UP_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
    await Promise.all(submitting);
  };
  const working = Promise.all(sources.map(keepUp));
  return {
    accepted,
    async stop() {
      stopped.abort();
      await working;
    },
  };
}

async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (thrown) {
      const { code } = thrown as { code?: unknown };
      if (code !== 'UNAVAILABLE' && code !== 'RESOURCE_EXHAUSTED' && code !== 'DEADLINE_EXCEEDED') throw thrown;
      await pause(AGAIN_MS);
    }
  }
}
