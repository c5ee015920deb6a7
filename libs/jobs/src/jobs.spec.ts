import { FramesongError, unavailable } from '@framesong/errors';
import { defineJob, type JobContext } from './define-job.ts';
import type { JobEvent } from './job.ts';
import type { Jobs } from './open-jobs.ts';
import {
  createGate,
  openTestJobs,
  soon,
  startTestPostgres,
  untilAborted,
  type TestPostgres,
} from './testing/test-service.ts';

type Work = (job: JobContext<{ readonly name: string }>) => Promise<unknown>;

describe('jobs', () => {
  let postgres: TestPostgres;
  let jobs: Jobs;
  /** What the next job of a name does. */
  const works = new Map<string, Work>();
  const work = (name: string, run: Work): void => void works.set(name, run);
  const definition = defineJob<{ readonly name: string }, unknown>({
    kind: 'test.v1',
    idPrefix: 'frame',
    queue: 'images',
    run: (job) => works.get(job.input.name)!(job),
  });

  beforeAll(async () => {
    postgres = await startTestPostgres();
    jobs = await openTestJobs(postgres, [definition], { services: { song: 'music' } });
  });
  afterAll(async () => {
    await jobs.close();
    await postgres.remove();
  });

  const submit = (name: string, more: object = {}) =>
    jobs.submit({ kind: 'test.v1', tenant: 'anna', input: { name }, ...more });
  const collect = async (jobId: string, after = 0): Promise<JobEvent[]> => {
    const events: JobEvent[] = [];
    for await (const event of jobs.watch('anna', jobId, after, soon())) events.push(event);
    return events;
  };

  it('runs a submitted job and keeps result, stages, time and attempts', async () => {
    work('plain', async (job) => {
      const first = await job.step('fetch', () => Promise.resolve({ bytes: 5 }));
      return job.step('store', () => Promise.resolve({ doubled: first.bytes * 2 }));
    });
    const { job, created } = await submit('plain', { labels: { shot: '1' } });
    expect(created).toBe(true);
    expect(job.id).toMatch(/^frame_[0-9a-z]{26}$/);
    const done = await jobs.wait('anna', job.id, soon());
    expect(done).toMatchObject({
      state: 'SUCCEEDED',
      result: { doubled: 10 },
      percent: 100,
      attempts: 1,
      labels: { shot: '1' },
    });
    expect(done.stages.map(({ name }) => name)).toEqual(['queue wait', 'fetch', 'store']);
    expect((await collect(job.id)).map(({ sequence, type }) => [sequence, type])).toEqual([
      [1, 'SUBMITTED'],
      [2, 'STARTED'],
      [3, 'SUCCEEDED'],
    ]);
  });

  it('returns the same job for the same request and refuses another content under its id', async () => {
    work('again', () => Promise.resolve('made'));
    const calls = await Promise.all(Array.from({ length: 8 }, () => submit('again', { requestId: 'request-1' })));
    expect(new Set(calls.map(({ job }) => job.id)).size).toBe(1);
    expect(calls.filter(({ created }) => created)).toHaveLength(1);
    await expect(submit('again', { requestId: 'request-1', priority: 5 })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      resource: { type: 'job', name: calls[0]!.job.id },
    });
    const ofOther = await jobs.submit({
      kind: 'test.v1',
      tenant: 'bert',
      input: { name: 'again' },
      requestId: 'request-1',
      priority: 5,
    });
    expect(ofOther.created).toBe(true);
    await jobs.wait('bert', ofOther.job.id, soon());
  });

  it('hides the jobs of a tenant from others and names the service of a strange id', async () => {
    work('mine', () => Promise.resolve(null));
    const { job } = await submit('mine');
    await expect(jobs.get('bert', job.id)).rejects.toMatchObject({ code: 'NOT_FOUND', reason: 'JOB_NOT_FOUND' });
    await expect(jobs.cancel('bert', job.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(jobs.get('anna', `song_${'0'.repeat(26)}`)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      metadata: { service: 'music' },
    });
    await expect(jobs.get('anna', 'nonsense')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await jobs.wait('anna', job.id, soon());
  });

  it('watches from any event on, without gaps, repeats or falling percentages', async () => {
    const goOn = createGate();
    work('progress', async (job) => {
      for (const percent of [10, 40, 20]) {
        job.progress({ stage: `part ${percent}`, percent, provenance: 'measured', data: { percent } });
      }
      await goOn.reached;
      job.progress({ stage: 'end', percent: 90, provenance: 'by_stage' });
      return null;
    });
    const { job } = await submit('progress');
    const seen: JobEvent[] = [];
    for await (const event of jobs.watch('anna', job.id, 0, soon())) {
      seen.push(event);
      if (event.stage === 'part 20') goOn.open();
    }
    expect(seen.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(seen.map(({ percent }) => percent)).toEqual([0, 0, 10, 40, 40, 90, 100]);
    expect(seen[3]).toMatchObject({
      type: 'PROGRESS',
      stage: 'part 40',
      provenance: 'measured',
      data: { percent: 40 },
    });
    expect(await collect(job.id, 4)).toEqual(seen.slice(4));
    expect(await collect(job.id, 7)).toEqual([]);
    await expect(collect(job.id, 8)).rejects.toMatchObject({ code: 'OUT_OF_RANGE', metadata: { last_sequence: '7' } });
  });

  it('cancels a running job: its signal fires, and a late success changes nothing', async () => {
    const started = createGate<AbortSignal>();
    const lateSuccess = createGate();
    work('cancelled', async (job) => {
      started.open(job.signal);
      await untilAborted(job.signal).catch(() => undefined);
      lateSuccess.open();
      return 'too late';
    });
    const { job } = await submit('cancelled');
    const signal = await started.reached;
    expect(await jobs.cancel('anna', job.id)).toMatchObject({ state: 'CANCELLED', error: { code: 'CANCELLED' } });
    expect(signal.aborted).toBe(true);
    await lateSuccess.reached;
    expect((await collect(job.id)).map(({ type }) => type)).toEqual(['SUBMITTED', 'STARTED', 'CANCELLED']);
    expect(await jobs.cancel('anna', job.id)).toMatchObject({ state: 'CANCELLED', result: undefined });
  });

  it('names the run timeout, the stage and how the time was spent', async () => {
    work('slow', async (job) => {
      await job.step('quick', () => Promise.resolve(1));
      expect(job.remainingMs()).toBeLessThanOrEqual(300);
      await job.step('generate', ({ signal }) => untilAborted(signal));
    });
    const { job } = await submit('slow', { runTimeoutMs: 300 });
    const done = await jobs.wait('anna', job.id, soon());
    expect(done).toMatchObject({
      state: 'FAILED',
      error: { code: 'DEADLINE_EXCEEDED', metadata: { limit: 'run_timeout', stage: 'generate' } },
    });
    expect(done.error?.message).toMatch(/run timeout of 0\.3 s in stage generate.*quick.*generate 0\.\d s/);
    expect(done.runUsedMs).toBeGreaterThanOrEqual(299);
    expect(done.stages.at(-1)).toMatchObject({ name: 'generate', errorType: 'DEADLINE_EXCEEDED' });
  });

  it('ends a running job at its expire time', async () => {
    work('expiring', (job) => untilAborted(job.signal));
    const { job } = await submit('expiring', { expireTime: new Date(Date.now() + 300) });
    expect(await jobs.wait('anna', job.id, soon())).toMatchObject({
      state: 'FAILED',
      error: { code: 'DEADLINE_EXCEEDED', metadata: { limit: 'expire_time' } },
    });
  });

  it('tries a step again as its retry says and then no more', async () => {
    const attempts: number[] = [];
    const keys = new Set<string>();
    work('flaky', (job) =>
      job.step(
        'call',
        ({ attempt, idempotencyKey }) => {
          attempts.push(attempt);
          keys.add(idempotencyKey);
          return attempt < 3 ? Promise.reject(unavailable('busy', 'BUSY', 1)) : Promise.resolve('answer');
        },
        { retry: { maxAttempts: 5, firstDelayMs: 1 } },
      ),
    );
    const { job } = await submit('flaky');
    expect(await jobs.wait('anna', job.id, soon())).toMatchObject({ state: 'SUCCEEDED', result: 'answer' });
    expect(attempts).toEqual([1, 2, 3]);
    expect([...keys]).toEqual([`${job.id}:call`]);
  });

  it('does not repeat a step whose outcome may have cost money', async () => {
    let calls = 0;
    work('paid', (job) =>
      job.step(
        'buy',
        () => {
          calls += 1;
          return Promise.reject(new FramesongError('the answer was lost', { code: 'UNAVAILABLE', reason: 'LOST', outcome: 'sent_unknown', retryAfterMs: 1 })); // prettier-ignore
        },
        { retry: { maxAttempts: 5, firstDelayMs: 1 } },
      ),
    );
    const { job } = await submit('paid');
    expect(await jobs.wait('anna', job.id, soon())).toMatchObject({
      state: 'FAILED',
      error: { outcome: 'sent_unknown', metadata: { stage: 'buy', attempt: '1' } },
    });
    expect(calls).toBe(1);
  });

  it('starts a failed job again on request and keeps its finished steps', async () => {
    let firstCalls = 0;
    let broken = true;
    work('mended', async (job) => {
      await job.step('first', () => Promise.resolve(++firstCalls));
      return job.step('second', () => (broken ? Promise.reject(new Error('broken')) : Promise.resolve('fine')));
    });
    const { job } = await submit('mended');
    const failed = await jobs.wait('anna', job.id, soon());
    expect(failed.error).toMatchObject({ code: 'INTERNAL', metadata: { stage: 'second' } });
    expect(failed.error?.message).not.toContain('broken');
    broken = false;
    expect(await jobs.retry('anna', job.id)).toMatchObject({ state: 'QUEUED', error: undefined });
    expect(await jobs.wait('anna', job.id, soon())).toMatchObject({ state: 'SUCCEEDED', result: 'fine', attempts: 2 });
    expect(firstCalls).toBe(1);
    await expect(jobs.retry('anna', job.id)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await jobs.delete('anna', job.id);
    await expect(jobs.get('anna', job.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('saves steps that run side by side by name, whatever their order', async () => {
    work('parallel', async (job) => {
      const chain = async (name: string): Promise<number> => {
        const size = await job.step(`fetch ${name}`, () => Promise.resolve(name.length), { stage: 'fetch' });
        return job.step(`shrink ${name}`, () => Promise.resolve(size - 1), { stage: 'shrink' });
      };
      return Promise.all(['a', 'bb', 'ccc'].map(chain));
    });
    const { job } = await submit('parallel');
    const done = await jobs.wait('anna', job.id, soon());
    expect(done.result).toEqual([0, 1, 2]);
    expect(done.stages.filter(({ name }) => name === 'fetch')).toHaveLength(3);
  });

  it('fails a job whose result has no JSON, and refuses an input with a zero character', async () => {
    work('cyclic', () => {
      const result: Record<string, unknown> = {};
      result['self'] = result;
      return Promise.resolve(result);
    });
    const { job } = await submit('cyclic');
    expect(await jobs.wait('anna', job.id, soon())).toMatchObject({ state: 'FAILED', error: { code: 'INTERNAL' } });
    await expect(submit('a\0b')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'input' }] });
  });

  it('lists by state, kind and label in pages, newest first', async () => {
    work('listed', () => Promise.resolve(null));
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.unshift((await submit('listed', { labels: { batch: 'b' } })).job.id);
    await Promise.all(ids.map((id) => jobs.wait('anna', id, soon())));
    const filter = {
      labels: { batch: 'b' },
      states: ['SUCCEEDED', 'FAILED'],
      kinds: ['test.v1'],
      pageSize: 2,
    } as const;
    const pages = [await jobs.list('anna', filter)];
    for (let token = pages[0]!.nextPageToken; token !== undefined; token = pages.at(-1)!.nextPageToken) {
      pages.push(await jobs.list('anna', { ...filter, pageToken: token }));
    }
    expect(pages.map((page) => page.jobs.length)).toEqual([2, 2, 1]);
    expect(pages.flatMap((page) => page.jobs.map(({ id }) => id))).toEqual(ids);
    await expect(jobs.list('anna', { pageToken: pages[0]!.nextPageToken! })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect((await jobs.list('bert', { labels: { batch: 'b' } })).jobs).toEqual([]);
  });
});
