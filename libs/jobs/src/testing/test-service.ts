import { configureLog } from '@framesong/telemetry';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JobDefinition } from '../define-job.ts';
import { openJobs, type Jobs, type OpenJobsOptions } from '../open-jobs.ts';
import { ensurePostgres, type EmbeddedPostgres } from '../postgres/ensure-postgres.ts';

/** A PostgreSQL of its own in a temporary folder. */
export interface TestPostgres extends EmbeddedPostgres {
  readonly folder: string;
  /** Starts it again after `stop`; the port stays. */
  startAgain(): Promise<void>;
  remove(): Promise<void>;
}

export async function startTestPostgres(): Promise<TestPostgres> {
  configureLog('silent');
  const folder = mkdtempSync(path.join(tmpdir(), 'framesong-jobs-'));
  const postgres = await ensurePostgres({ dataFolder: folder, throwAway: true });
  return {
    ...postgres,
    folder,
    async startAgain() {
      await ensurePostgres({ dataFolder: folder, throwAway: true });
    },
    async remove() {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let count = 0;

/** Jobs of a service that no other test has seen. */
export function openTestJobs(
  postgres: TestPostgres,
  definitions: readonly JobDefinition[],
  options: Partial<OpenJobsOptions> = {},
): Promise<Jobs> {
  count += 1;
  return openJobs({
    service: `test${letters(process.pid)}${letters(count)}`,
    databaseUrl: postgres.url,
    executorId: 'worker-0',
    role: 'all',
    definitions,
    queues: { images: { concurrency: 4 } },
    pollIntervalMs: 20,
    ...options,
  });
}

/** A number in letters, since names of services have no digits. */
function letters(number: number): string {
  return String(number).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
}

/** A promise that the test settles: the signal that one side waits for and the other gives. */
export interface Gate<T = void> {
  readonly reached: Promise<T>;
  open(value: T): void;
}

export function createGate<T = void>(): Gate<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { reached: promise, open: resolve };
}

/** Rejects when the signal fires. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason as Error);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** A limit for waits of tests. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(20_000);
}
