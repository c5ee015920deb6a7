import { defineJob, type JobContext } from '../define-job.ts';
import { openJobs } from '../open-jobs.ts';

/** What the test tells this worker, as JSON in its only argument. */
export interface HeldWorkerOptions {
  readonly service: string;
  readonly databaseUrl: string;
  readonly executorId: string;
  readonly kinds: readonly string[];
  readonly concurrency: number;
  readonly perWorkerConcurrency: number;
  readonly beatIntervalMs: number;
  readonly deadAfterMs: number;
}

/** Messages of this worker to the test. */
export type HeldWorkerMessage =
  | { readonly say: 'ready' | 'drained' }
  | { readonly say: 'began'; readonly jobId: string }
  | { readonly say: 'ended'; readonly jobId: string; readonly why: string };

/** Messages of the test to this worker. */
export type HeldWorkerOrder = { readonly end: string } | { readonly drain: true };

const options = JSON.parse(process.argv[2] ?? '{}') as HeldWorkerOptions;
const tell = (message: HeldWorkerMessage): void => void process.send?.(message);
const release = new Map<string, () => void>();

// Runs until the test says that it may end, in one step, after another that is done at once.
const held = async (job: JobContext<null>): Promise<string> => {
  await job.step('first', () => Promise.resolve('done'));
  return job.step('held', async ({ signal }) => {
    job.progress({ stage: 'held', percent: 50, provenance: 'by_stage' });
    tell({ say: 'began', jobId: job.id });
    const why = await new Promise<string>((resolve) => {
      release.set(job.id, () => resolve('released'));
      signal.addEventListener('abort', () => resolve((signal.reason as { reason: string }).reason), { once: true });
    });
    tell({ say: 'ended', jobId: job.id, why });
    if (why !== 'released') throw signal.reason as Error;
    return options.executorId;
  });
};

openJobs({
  ...options,
  role: 'worker',
  definitions: options.kinds.map((kind) => defineJob({ kind, idPrefix: 'frame', queue: 'images', run: held })),
  queues: { images: { concurrency: options.concurrency, perWorkerConcurrency: options.perWorkerConcurrency } },
  pollIntervalMs: 20,
}).then(
  (jobs) => {
    tell({ say: 'ready' });
    process.on('message', (order: HeldWorkerOrder) => {
      if ('end' in order) release.get(order.end)?.();
      else void jobs.drain(AbortSignal.timeout(60_000)).then(() => tell({ say: 'drained' }));
    });
  },
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
