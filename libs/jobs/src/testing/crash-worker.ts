import { appendFileSync } from 'node:fs';
import { defineJob } from '../define-job.ts';
import { openJobs } from '../open-jobs.ts';

/** What the test tells this worker, as JSON in its only argument. */
export interface CrashWorkerOptions {
  readonly service: string;
  readonly databaseUrl: string;
  readonly executorId: string;
  /** Every step that begins writes a line here. */
  readonly journal: string;
  readonly concurrency: number;
}

/** Messages of this worker to the test. */
export type CrashWorkerMessage = { readonly ready: true } | { readonly waiting: string } | { readonly refused: string };

const options = JSON.parse(process.argv[2] ?? '{}') as CrashWorkerOptions;
const note = (line: string): void => appendFileSync(options.journal, `${line}\n`);
const tell = (message: CrashWorkerMessage): void => void process.send?.(message);

// Waits in its second step when it is the first to come there; whoever comes later goes through.
const waiting = defineJob({
  kind: 'waiting.v1',
  idPrefix: 'frame',
  queue: 'images',
  async run(job) {
    const first = await job.step('first', () => {
      note(`first ${options.executorId}`);
      return Promise.resolve({ paid: 1 });
    });
    await job.step('second', async ({ attempt }) => {
      note(`second ${options.executorId} ${String(attempt)}`);
      if (attempt > 1) return;
      tell({ waiting: job.id });
      await new Promise(() => undefined);
    });
    return { first, attempt: job.attempt };
  },
});

// Ends its worker whenever it runs.
const poison = defineJob({
  kind: 'poison.v1',
  idPrefix: 'frame',
  queue: 'images',
  run: (job) =>
    job.step('boom', () => {
      note('boom');
      process.kill(process.pid, 'SIGKILL');
      return Promise.resolve();
    }),
});

openJobs({
  ...options,
  role: 'worker',
  definitions: [waiting, poison],
  queues: { images: { concurrency: options.concurrency } },
  pollIntervalMs: 20,
  beatIntervalMs: 200,
  deadAfterMs: 1000,
  maxCrashes: 2,
}).then(
  () => tell({ ready: true }),
  (error: unknown) => {
    tell({ refused: (error as { reason?: string }).reason ?? String(error) });
    process.disconnect();
  },
);
