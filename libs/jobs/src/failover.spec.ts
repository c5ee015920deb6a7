import { defineJob } from './define-job.ts';
import type { JobEvent } from './job.ts';
import { openJobs, type Jobs } from './open-jobs.ts';
import { createHeldWorkers, type HeldWorker } from './testing/held-workers.ts';
import { inspectJobs, startWire } from './testing/index.ts';
import { soon, startTestPostgres, type TestPostgres } from './testing/test-service.ts';

const kinds = ['held.v1', 'held.v2'].map((kind) =>
  defineJob({ kind, idPrefix: 'frame', queue: 'images', run: () => Promise.resolve(null) }),
);
type Name = 'shared' | 'changing' | 'cut' | 'lost' | 'mixed' | 'leaving' | 'clocked';

describe('workers that share the jobs of a service', () => {
  let postgres: TestPostgres;
  const workers = createHeldWorkers();
  const until = (look: () => boolean): Promise<void> => workers.until(look);

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.remove());
  afterEach(() => workers.killAll());

  const worker = (service: Name, executorId: string, more: object = {}): Promise<HeldWorker> => {
    const limits = { concurrency: 3, perWorkerConcurrency: 2, beatIntervalMs: 200, deadAfterMs: 1000 };
    return workers.start({ service, databaseUrl: postgres.url, executorId, kinds: ['held.v1'], ...limits, ...more });
  };
  const api = (service: Name): Promise<Jobs> =>
    openJobs({ service, databaseUrl: postgres.url, executorId: 'api-0', role: 'api', definitions: kinds, queues: { images: { concurrency: 3, perWorkerConcurrency: 2 } } }); // prettier-ignore
  const submit = async (jobs: Jobs, count: number, kind = 'held.v1'): Promise<string[]> => {
    const all = Array.from({ length: count }, () => jobs.submit({ kind, tenant: 'anna', input: null }));
    return (await Promise.all(all)).map(({ job }) => job.id);
  };
  const running = ({ began, ended }: HeldWorker): string[] => began.filter((id) => !ended.has(id));
  const done = (jobs: Jobs, ids: readonly string[]) => Promise.all(ids.map((id) => jobs.wait('anna', id, soon())));

  it('keep to one limit together and to one of their own each', async () => {
    await using jobs = await api('shared');
    const [first, second] = await Promise.all([worker('shared', 'w-0'), worker('shared', 'w-1')]);
    const ids = await submit(jobs, 6);
    let most = 0;
    let ended = 0;
    const all = (): string[] => [...running(first), ...running(second)];
    while (ended < ids.length) {
      const expected = Math.min(3, ids.length - ended);
      await until(() => all().length >= expected);
      most = Math.max(most, all().length);
      expect(running(first).length).toBeLessThanOrEqual(2);
      expect(running(second).length).toBeLessThanOrEqual(2);
      const [next] = all();
      const owner = running(first).includes(next!) ? first : second;
      owner.order({ end: next! });
      await until(() => owner.ended.has(next!));
      ended += 1;
    }
    expect(most).toBe(3);
    expect(new Set((await done(jobs, ids)).map(({ result }) => result))).toEqual(new Set(['w-0', 'w-1']));
  });

  it('take new limits while they run, without stopping what runs', async () => {
    await using jobs = await api('changing');
    const only = await worker('changing', 'w-0');
    const ids = await submit(jobs, 4);
    await until(() => running(only).length === 2);
    expect(await jobs.setQueueLimits('images', { concurrency: 1 })).toMatchObject({ concurrency: 1 });
    const [first, second] = running(only);
    // A change is known everywhere within a second.
    await jobs.wait('anna', first!, AbortSignal.timeout(1200)).catch(() => undefined);
    only.order({ end: first! });
    await done(jobs, [first!]);
    // Long enough for the third to start, if it were allowed to.
    await jobs.wait('anna', second!, AbortSignal.timeout(1500)).catch(() => undefined);
    expect(running(only)).toEqual([second]);
    await jobs.setQueueLimits('images', { concurrency: 3, perWorkerConcurrency: 3 });
    await until(() => running(only).length === 3);
    for (const id of running(only)) only.order({ end: id });
    expect((await done(jobs, ids)).every(({ attempts }) => attempts === 1)).toBe(true);
    expect(await jobs.setQueueLimits('images', { concurrency: null, perWorkerConcurrency: null })).toEqual({
      concurrency: 3,
      perWorkerConcurrency: 2,
    });
    await expect(jobs.setQueueLimits('songs', {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(jobs.setQueueLimits('images', { concurrency: 0, maxWaiting: -1 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'concurrency' }, { field: 'max_waiting' }],
    });
  });

  it('stop what they do when they are cut off, before a peer goes on with it', async () => {
    await using jobs = await api('cut');
    await using wire = await startWire(postgres.url);
    const cut = await worker('cut', 'w-0', { databaseUrl: wire.url });
    const [id] = await submit(jobs, 1);
    await until(() => cut.began.length === 1);
    const peer = await worker('cut', 'w-1');
    wire.cut();
    await until(() => cut.ended.size === 1);
    await until(() => peer.began.length === 1);
    expect(cut.ended.get(id!)).toBe('WORKER_CUT_OFF');
    wire.mend();
    peer.order({ end: id! });
    expect(await done(jobs, [id!])).toMatchObject([{ state: 'SUCCEEDED', result: 'w-1', attempts: 2 }]);
    // The one that was cut off goes on with other work.
    const [next] = await submit(jobs, 1);
    await until(() => [...cut.began, ...peer.began].includes(next!));
    for (const each of [cut, peer]) each.order({ end: next! });
    expect(await done(jobs, [next!])).toMatchObject([{ state: 'SUCCEEDED', attempts: 1 }]);
  });

  it('put back what they were given without hearing of it', async () => {
    await using jobs = await api('lost');
    await using inspection = inspectJobs(postgres.url, 'lost');
    const only = await worker('lost', 'w-0', { perWorkerConcurrency: 1 });
    const ids = await submit(jobs, 2);
    await until(() => only.began.length === 1);
    const waiting = ids.find((id) => !only.began.includes(id))!;
    const claim = `update "${inspection.engine}".workflow_status
                      set status = 'PENDING', executor_id = 'w-0', owner_xid = 'lost' where workflow_uuid like $1 || ':%' returning 1`;
    // As if the answer to its claim had been lost with the connection.
    for (let claimed = 0; claimed === 0;) claimed = (await inspection.query(claim, [waiting])).length;
    only.order({ end: only.began[0]! });
    await until(() => only.began.includes(waiting));
    only.order({ end: waiting });
    expect(await done(jobs, ids)).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
  });

  it('leave kinds that they do not know to those that do', async () => {
    await using jobs = await api('mixed');
    const older = await worker('mixed', 'w-0');
    const ids = await submit(jobs, 2, 'held.v2');
    const newer = await worker('mixed', 'w-1', { kinds: ['held.v1', 'held.v2'] });
    await until(() => newer.began.length === 2);
    for (const id of ids) newer.order({ end: id });
    expect(await done(jobs, ids)).toMatchObject([
      { result: 'w-1', attempts: 1 },
      { result: 'w-1', attempts: 1 },
    ]);
    expect(older.began).toEqual([]);
  });

  it('finish what they do when they drain, and leave the rest to others', async () => {
    await using jobs = await api('leaving');
    const leaving = await worker('leaving', 'w-0', { perWorkerConcurrency: 1 });
    const ids = await submit(jobs, 2);
    await until(() => leaving.began.length === 1);
    leaving.order({ drain: true });
    const peer = await worker('leaving', 'w-1', { perWorkerConcurrency: 1 });
    await until(() => peer.began.length === 1);
    leaving.order({ end: leaving.began[0]! });
    await until(() => leaving.isDrained);
    expect([...leaving.ended.values()]).toEqual(['released']);
    peer.order({ end: peer.began[0]! });
    expect((await done(jobs, ids)).map(({ result }) => result).sort()).toEqual(['w-0', 'w-1']);
  });

  it('count the running time of a run that a kill has ended, up to its last sign of life', async () => {
    await using jobs = await api('clocked');
    // It beats too seldom for the beat to have said anything.
    const slow = { beatIntervalMs: 60_000, deadAfterMs: 180_000 };
    const first = await worker('clocked', 'w-0', slow);
    const [id] = await submit(jobs, 1);
    await until(() => first.began.length === 1);
    const events: JobEvent[] = [];
    for await (const event of jobs.watch('anna', id!, 0, soon())) {
      events.push(event);
      if (event.type === 'PROGRESS') break;
    }
    await first.kill();
    const again = await worker('clocked', 'w-0', slow);
    await until(() => again.began.length === 1);
    const [started, progress] = ['STARTED', 'PROGRESS'].map((type) => events.find((event) => event.type === type)!.at);
    const leastMs = progress!.getTime() - started!.getTime();
    expect((await jobs.get('anna', id!)).runUsedMs).toBeGreaterThanOrEqual(Math.floor(leastMs) - 1);
    again.order({ end: id! });
    expect(await done(jobs, [id!])).toMatchObject([{ state: 'SUCCEEDED', attempts: 2 }]);
  });
});
