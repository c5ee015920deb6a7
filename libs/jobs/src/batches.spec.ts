import { invalidField } from '@framesong/errors';
import { defineJob, type JobContext } from './define-job.ts';
import { createGate, openTestJobs, soon, startTestPostgres, untilAborted, type TestPostgres } from './testing/test-service.ts'; // prettier-ignore

const KIND = 'drawn.v1';

describe('a batch', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.remove());

  const open = (run: (job: JobContext<string>) => Promise<unknown> = (job) => untilAborted(job.signal), more = {}) =>
    openTestJobs(postgres, [defineJob({ kind: KIND, idPrefix: 'frame', queue: 'images', run })], more);
  const submit = (jobs: Awaited<ReturnType<typeof open>>, id: string, index: number, requestId?: string) =>
    jobs.submit({
      kind: KIND,
      tenant: 'anna',
      input: `${index}`,
      ...(requestId && { requestId }),
      batch: { id, index, label: `shot ${index}` },
    });

  it('counts its jobs by state, and lists what was rejected with every fault', async () => {
    const half = createGate();
    await using jobs = await open(async (job) => {
      if (job.input === '0') return 'done';
      if (job.input === '1') throw invalidField('reference', 'is broken');
      job.progress({ stage: 'draw', percent: 40, provenance: 'measured' });
      half.open();
      return untilAborted(job.signal);
    });
    const id = await jobs.batches.open({ tenant: 'anna', kind: KIND });
    expect(id).toMatch(/^batch_[0-9a-z]{26}$/);
    const first = await submit(jobs, id, 0);
    const second = await submit(jobs, id, 1);
    const third = await submit(jobs, id, 2);
    await jobs.batches.reject({ id, index: 3, label: 'shot 3' }, invalidField('request.scene', 'is missing'));
    await Promise.all([first, second].map(({ job }) => jobs.wait('anna', job.id, soon())));
    await half.reached;
    for await (const { percent } of jobs.watch('anna', third.job.id, 0, soon())) if (percent === 40) break;
    const { batch, items } = await jobs.batches.get('anna', id);
    expect(batch).toMatchObject({ items: 4, rejected: 1, isComplete: false, isDone: false, percent: 80 });
    expect(batch.counts).toHaveLength(3);
    expect(batch.counts).toEqual(
      expect.arrayContaining([
        { state: 'SUCCEEDED', hasExpired: false, jobs: 1 },
        { state: 'FAILED', hasExpired: false, jobs: 1 },
        { state: 'RUNNING', hasExpired: false, jobs: 1 },
      ]),
    );
    expect(items.map(({ index, label, job }) => [index, label, job?.id])).toEqual([
      [0, 'shot 0', first.job.id],
      [1, 'shot 1', second.job.id],
      [2, 'shot 2', third.job.id],
      [3, 'shot 3', undefined],
    ]);
    expect(items[3]!.error).toMatchObject({ violations: [{ field: 'request.scene' }] });
    const { items: faulty } = await jobs.batches.get('anna', id, { onlyErrors: true });
    expect(faulty.map(({ index }) => index)).toEqual([1, 3]);
    await jobs.cancel('anna', third.job.id);
    await jobs.batches.close(id);
    const { batch: ended } = await jobs.batches.get('anna', id);
    expect(ended).toMatchObject({ isComplete: true, isDone: true, percent: 100 });
    await jobs.delete('anna', first.job.id);
    const { batch: later, items: left } = await jobs.batches.get('anna', id);
    expect(later).toMatchObject({ items: 4, rejected: 1, isDone: true });
    expect(left[0]).toEqual({ index: 0, label: 'shot 0', job: undefined, error: undefined });
    expect((await jobs.list('anna', { batchId: id })).jobs.map(({ id: job }) => job)).toEqual([third.job.id, second.job.id]); // prettier-ignore
  });

  it('is joined by a repeat with its request id, which adds what is missing and refuses what is other', async () => {
    await using jobs = await open(undefined, { role: 'api' });
    const start = () => jobs.batches.open({ tenant: 'anna', kind: KIND, requestId: 'episode-1' });
    const id = await start();
    const before = [await submit(jobs, id, 0, 'e1:0'), await submit(jobs, id, 1, 'e1:1')];
    await jobs.batches.reject({ id, index: 2, label: '' }, invalidField('request', 'is missing'));
    expect(await start()).toBe(id);
    const again = [await submit(jobs, id, 0, 'e1:0'), await submit(jobs, id, 1, 'e1:1'), await submit(jobs, id, 2)];
    expect(again.map(({ created }) => created)).toEqual([false, false, true]);
    expect(again.slice(0, 2).map(({ job }) => job.id)).toEqual(before.map(({ job }) => job.id));
    const { batch } = await jobs.batches.get('anna', id);
    expect(batch).toMatchObject({ items: 3, rejected: 0, requestId: 'episode-1' });
    await expect(submit(jobs, id, 1, 'another')).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      reason: 'BATCH_REQUEST_ID_REUSED',
    });
    expect((await jobs.list('anna', { batchId: id })).jobs).toHaveLength(3);
    expect((await jobs.list('anna')).jobs).toHaveLength(3);
  });

  it('notes the job that was there before it, without taking it away from the batch of the first time', async () => {
    await using jobs = await open(undefined, { role: 'api' });
    const [one, other] = [await jobs.batches.open({ tenant: 'anna', kind: KIND }), await jobs.batches.open({ tenant: 'anna', kind: KIND })]; // prettier-ignore
    const submissions = await Promise.all([submit(jobs, one, 0, 'same'), submit(jobs, other, 0, 'same')]);
    const ids = new Set(submissions.map(({ job }) => job.id));
    expect(ids.size).toBe(1);
    for (const id of [one, other]) {
      const { items } = await jobs.batches.get('anna', id);
      expect(items.map(({ job }) => job?.id)).toEqual([...ids]);
    }
  });

  it('does not exist for another tenant, whose request ids are its own', async () => {
    await using jobs = await open(undefined, { role: 'api' });
    const id = await jobs.batches.open({ tenant: 'anna', kind: KIND, requestId: 'r' });
    await submit(jobs, id, 0);
    await expect(jobs.batches.get('bert', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await jobs.batches.open({ tenant: 'bert', kind: KIND, requestId: 'r' })).not.toBe(id);
    expect((await jobs.list('bert', { batchId: id })).jobs).toEqual([]);
    await expect(jobs.batches.get('anna', 'batch_1')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('is forgotten after the time of retention, unless one of its jobs is still there', async () => {
    await using api = await open(undefined, { role: 'api', service: 'forgets', executorId: 'api-0' });
    const rejected = await api.batches.open({ tenant: 'anna', kind: KIND });
    await api.batches.reject({ id: rejected, index: 0, label: '' }, invalidField('request', 'is missing'));
    const kept = await api.batches.open({ tenant: 'anna', kind: KIND });
    await submit(api, kept, 0);
    // A worker looks after what is old as soon as it starts.
    await using worker = await open(undefined, { service: 'forgets', retentionMs: 1 });
    const isThere = (id: string) => worker.batches.get('anna', id).then(() => true, () => false); // prettier-ignore
    while (await isThere(rejected));
    expect(await isThere(kept)).toBe(true);
  });

  it('is read in pages', async () => {
    await using jobs = await open(undefined, { role: 'api' });
    const id = await jobs.batches.open({ tenant: 'anna', kind: KIND });
    for (let index = 0; index < 5; index++) await submit(jobs, id, index);
    const page = await jobs.batches.get('anna', id, { pageSize: 2, afterIndex: 1 });
    expect(page.items.map(({ index }) => index)).toEqual([2, 3]);
    expect(page.hasMore).toBe(true);
    expect((await jobs.batches.get('anna', id, { pageSize: 2, afterIndex: 3 })).hasMore).toBe(false);
  });
});
