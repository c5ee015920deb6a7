import { defineJob, openJobs, type Jobs } from '@framesong/jobs';
import { join } from 'node:path';
import type { BenchContext, Figure } from '../bench.ts';
import { measured } from '../measure/figures.ts';
import { startNode, type NodeProcess } from '../processes/node-process.ts';

const WAIT_MS = 90_000;

/** From the kill of a worker until its job runs again: in the worker started anew, and at a peer when it stays away. */
export async function killToResumed(
  { quick, say }: BenchContext,
  databaseUrl: string,
  folder: string,
): Promise<Figure[]> {
  await using parts = new AsyncDisposableStack();
  const definition = defineJob({
    kind: 'killed.v1',
    idPrefix: 'killed',
    queue: 'killed',
    run: () => Promise.resolve(null),
  });
  const jobs = parts.use(
    await openJobs({ service: 'killed', databaseUrl, executorId: 'api', role: 'api', definitions: [definition], queues: { killed: { concurrency: 1 } } }),
  ); // prettier-ignore
  const start = async (executorId: string): Promise<NodeProcess> => {
    const environment = { BENCH_DATABASE_URL: databaseUrl, BENCH_EXECUTOR_ID: executorId };
    const file = join(import.meta.dirname, 'killed-jobs-process.ts');
    const started = parts.use(startNode({ name: executorId, file, folder, environment }));
    await started.message('ready');
    return started;
  };
  const restarted: number[] = [];
  let worker = await start('worker-0');
  for (let time = 0; time < (quick ? 2 : 5); time++) {
    const id = await running(jobs);
    const from = Date.now();
    await worker.end('SIGKILL');
    worker = await start('worker-0');
    restarted.push((await resumedAt(jobs, id)) - from);
  }
  say('a worker that stays away, with the usual beat of 5 s');
  const moved: number[] = [];
  for (let time = 0; time < (quick ? 1 : 3); time++) {
    const id = await running(jobs);
    const peer = await start(`peer-${time}`);
    const from = Date.now();
    await worker.end('SIGKILL');
    moved.push((await resumedAt(jobs, id)) - from);
    worker = peer;
  }
  return [
    measured('kill_to_resumed_ms', 'ms', restarted, 'restarted at once, the start of the process included'),
    measured('kill_to_resumed_at_peer_ms', 'ms', moved, 'dead after 20 s, the default'),
  ];
}

async function running(jobs: Jobs): Promise<string> {
  const { job } = await jobs.submit({ kind: 'killed.v1', tenant: 'anna', input: null });
  for await (const event of jobs.watch('anna', job.id, 0, AbortSignal.timeout(WAIT_MS))) {
    if (event.type === 'PROGRESS') break;
  }
  return job.id;
}

async function resumedAt(jobs: Jobs, id: string): Promise<number> {
  let at = NaN;
  for await (const event of jobs.watch('anna', id, 0, AbortSignal.timeout(WAIT_MS))) {
    if (event.type === 'RESUMED') at = event.at.getTime();
  }
  return at;
}
