import { defineJob } from '../define-job.ts';
import { openJobs } from '../open-jobs.ts';

/** What the test tells this worker, as JSON in its only argument. */
export interface OrderWorkerOptions {
  readonly service: string;
  readonly databaseUrl: string;
  readonly executorId: string;
  readonly concurrency: number;
  readonly perWorkerConcurrency: number;
  readonly spendingDayLimit: string;
}

/** Messages of this worker to the test. */
export type OrderWorkerMessage = { readonly ready: true } | { readonly ordered: string };

const options = JSON.parse(process.argv[2] ?? '{}') as OrderWorkerOptions;
const tell = (message: OrderWorkerMessage): void => void process.send?.(message);
const answered = Promise.withResolvers<object>();

/** What every order of this worker waits for: any message of the test. */
process.on('message', () => answered.resolve({ made: true }));

const ordering = defineJob({
  kind: 'ordering.v1',
  idPrefix: 'frame',
  queue: 'images',
  run: (job) =>
    job.orderOnce(
      { key: '', provider: 'shop', model: 'm', estimate: { currency: 'USD', amount: '0.1' } },
      async (paid) => {
        tell({ ordered: job.id });
        if (paid.savedTaskId === undefined && job.labels['task']) await paid.saveTaskId(job.labels['task']);
        return answered.promise;
      },
    ),
});

openJobs({
  ...options,
  role: 'worker',
  definitions: [ordering],
  queues: { images: { concurrency: options.concurrency, perWorkerConcurrency: options.perWorkerConcurrency } },
  pollIntervalMs: 20,
  beatIntervalMs: 200,
  deadAfterMs: 1000,
}).then(
  () => tell({ ready: true }),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
