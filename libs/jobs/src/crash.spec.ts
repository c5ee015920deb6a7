import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineJob } from './define-job.ts';
import type { Jobs } from './open-jobs.ts';
import { openJobs } from './open-jobs.ts';
import type { CrashWorkerMessage, CrashWorkerOptions } from './testing/crash-worker.ts';
import { soon, startTestPostgres, type TestPostgres } from './testing/test-service.ts';

const kinds = ['waiting.v1', 'poison.v1'].map((kind) =>
  defineJob({ kind, idPrefix: 'frame', queue: 'images', run: () => Promise.resolve(null) }),
);

describe('jobs of workers that crash', () => {
  let postgres: TestPostgres;
  let jobs: Jobs;
  const children: ChildProcess[] = [];
  const journal = (): string[] =>
    existsSync(journalFile()) ? readFileSync(journalFile(), 'utf8').trim().split('\n') : [];
  const journalFile = (): string => path.join(postgres.folder, 'journal');

  beforeAll(async () => {
    postgres = await startTestPostgres();
    jobs = await openJobs({ service: 'crash', databaseUrl: postgres.url, executorId: 'api-0', role: 'api', definitions: kinds, queues: { images: { concurrency: 2 } } }); // prettier-ignore
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await jobs.close();
    await postgres.remove();
  });

  /** Starts a worker process; `message` resolves with the next message that has the key. */
  function startWorker(executorId: string): {
    readonly child: ChildProcess;
    message(key: string): Promise<unknown>;
  } {
    const options: CrashWorkerOptions = {
      service: 'crash',
      databaseUrl: postgres.url,
      executorId,
      journal: journalFile(),
      concurrency: 2,
    };
    const program = path.join(import.meta.dirname, 'testing', 'crash-worker.ts');
    const child = fork(program, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    children.push(child);
    return {
      child,
      message: (key) =>
        new Promise((resolve) => {
          child.on('message', (message: CrashWorkerMessage) => key in message && resolve(message));
        }),
    };
  }

  const kill = async (child: ChildProcess): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  it('go on after the last finished step when the worker is back, and at a peer when it is not', async () => {
    const first = startWorker('worker-0');
    const reached = first.message('waiting');
    const { job } = await jobs.submit({ kind: 'waiting.v1', tenant: 'anna', input: null });
    await reached;
    await kill(first.child);

    const again = startWorker('worker-0');
    const done = await jobs.wait('anna', job.id, soon());
    expect(done).toMatchObject({ state: 'SUCCEEDED', result: { first: { paid: 1 }, attempt: 2 }, attempts: 2 });
    expect(journal()).toEqual(['first worker-0', 'second worker-0 1', 'second worker-0 2']);

    const secondReached = again.message('waiting');
    const second = await jobs.submit({ kind: 'waiting.v1', tenant: 'anna', input: null });
    await secondReached;
    const peer = startWorker('worker-1');
    await peer.message('ready');
    await kill(again.child);
    expect(await jobs.wait('anna', second.job.id, soon())).toMatchObject({ state: 'SUCCEEDED', attempts: 2 });
    expect(journal().slice(3)).toEqual(['first worker-0', 'second worker-0 1', 'second worker-1 2']);

    const twin = startWorker('worker-1');
    expect(await twin.message('refused')).toEqual({ refused: 'EXECUTOR_ID_IN_USE' });
    await kill(peer.child);
  });

  it('are taken over from a worker that froze, which does no harm when it wakes', async () => {
    const frozen = startWorker('frozen-0');
    const reached = frozen.message('waiting');
    const { job } = await jobs.submit({ kind: 'waiting.v1', tenant: 'anna', input: null });
    await reached;
    frozen.child.kill('SIGSTOP');
    const peer = startWorker('peer-0');
    const done = await jobs.wait('anna', job.id, soon());
    expect(done).toMatchObject({ state: 'SUCCEEDED', attempts: 2 });
    const gone = once(peer.child, 'exit');
    peer.child.kill('SIGKILL');
    await gone;
    const next = frozen.message('waiting');
    frozen.child.kill('SIGCONT');
    const { job: other } = await jobs.submit({ kind: 'waiting.v1', tenant: 'anna', input: null });
    expect(await next).toEqual({ waiting: other.id });
    expect(await jobs.get('anna', job.id)).toEqual(done);
    await jobs.cancel('anna', other.id);
    await kill(frozen.child);
  });

  it('are given up when they crash their worker again and again, and the worker goes on', async () => {
    const { job } = await jobs.submit({ kind: 'poison.v1', tenant: 'anna', input: null });
    // The first start and two after crashes; the fourth worker finds too many and gives up.
    for (let start = 1; start <= 3; start++) await once(startWorker('worker-2').child, 'exit');
    const last = startWorker('worker-2');
    expect(await jobs.wait('anna', job.id, soon())).toMatchObject({
      state: 'FAILED',
      error: { reason: 'JOB_POISONED', metadata: { crashes: '3' } },
    });
    expect(journal().filter((line) => line === 'boom')).toHaveLength(3);
    const reached = last.message('waiting');
    const { job: next } = await jobs.submit({ kind: 'waiting.v1', tenant: 'anna', input: null });
    await reached;
    expect(await jobs.cancel('anna', next.id)).toMatchObject({ state: 'CANCELLED' });
  });
});
