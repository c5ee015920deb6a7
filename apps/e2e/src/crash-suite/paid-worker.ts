import { appendFileSync } from 'node:fs';
import { openJobs } from '@framesong/jobs';
import { paidJobs, PAID_QUEUE } from './paid-job.ts';

/** What a worker of paid jobs is told, as JSON in its only argument. */
export interface PaidWorkerOptions {
  readonly databaseUrl: string;
  readonly executorId: string;
  readonly providerUrl: string;
  /** Where it writes down what it does, a line each. */
  readonly journal: string;
  readonly concurrency: number;
  readonly perWorkerConcurrency: number;
  readonly beatIntervalMs: number;
  readonly deadAfterMs: number;
}

const options = JSON.parse(process.argv[2] ?? '{}') as PaidWorkerOptions;
const { concurrency, perWorkerConcurrency } = options;

process.on('disconnect', () => process.exit());
void openJobs({
  service: 'paid',
  databaseUrl: options.databaseUrl,
  executorId: options.executorId,
  role: 'worker',
  definitions: paidJobs({
    providerUrl: options.providerUrl,
    note: (note) =>
      appendFileSync(options.journal, `${JSON.stringify({ ...note, pid: process.pid, atMs: Date.now() })}\n`),
  }),
  queues: { [PAID_QUEUE]: { concurrency, perWorkerConcurrency } },
  beatIntervalMs: options.beatIntervalMs,
  deadAfterMs: options.deadAfterMs,
  maxCrashes: 100,
}).then(
  () => process.send?.('ready'),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
