import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { defineJob } from './define-job.ts';
import type { Jobs } from './open-jobs.ts';
import { inspectJobs } from './testing/index.ts';
import { createGate, openTestJobs, soon, startTestPostgres, type TestPostgres } from './testing/test-service.ts';

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('what is kept', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.remove());

  const gate = createGate();
  const definition = defineJob<{ digest: string; waits?: boolean }, unknown>({
    kind: 'kept.v1',
    idPrefix: 'frame',
    queue: 'images',
    async run(job) {
      await job.step('middle', () => Promise.resolve({ uri: `framesong://artifacts/${digestOf('of a step')}` }));
      job.progress({
        stage: 'middle',
        percent: 50,
        provenance: 'measured',
        data: { preview: digestOf('of an event') },
      });
      if (job.input.waits) await gate.reached;
      return { image: { digest: digestOf('of a result') } };
    },
  });
  const submit = async (jobs: Jobs, tenant: string, input: { digest: string; waits?: boolean }) =>
    (await jobs.submit({ kind: 'kept.v1', tenant, input })).job;
  const digests = async (jobs: Jobs): Promise<string[]> =>
    (await Array.fromAsync(jobs.digests())).map(({ tenant, digest }) => `${tenant} ${digest}`).sort();

  it('is all content that a job refers to, until the job is gone', async () => {
    await using jobs = await openTestJobs(postgres, [definition]);
    const first = await submit(jobs, 'anna', { digest: digestOf('of an input') });
    await jobs.wait('anna', first.id, soon());
    const second = await submit(jobs, 'bert', { digest: digestOf('of an input') });
    await jobs.wait('bert', second.id, soon());
    const own = ['of a result', 'of a step', 'of an event', 'of an input'].map(digestOf);
    const all = ['anna', 'bert'].flatMap((tenant) => own.map((digest) => `${tenant} ${digest}`));
    expect(await digests(jobs)).toEqual(all.sort());
    await jobs.delete('anna', first.id);
    expect(await digests(jobs)).toEqual(all.filter((line) => line.startsWith('bert')).sort());
  });

  it('is a finished job for its time and a living one for ever, with nothing left of those that go', async () => {
    const service = 'retained';
    const before = await openTestJobs(postgres, [definition], { service });
    const finished = await submit(before, 'anna', { digest: digestOf('a') });
    await before.wait('anna', finished.id, soon());
    await before.close();

    await using jobs = await openTestJobs(postgres, [definition], { service, retentionMs: 1 });
    await using inspection = inspectJobs(postgres.url, service);
    const left = async (): Promise<unknown> =>
      (
        await inspection.query(
          `select (select count(*)::int from job where id = $1) as jobs,
                  (select count(*)::int from job_event where job_id = $1) as events,
                  (select count(*)::int from job_step where job_id = $1) as steps,
                  (select count(*)::int from "${inspection.engine}".workflow_status where workflow_uuid like $1 || '%') as starts`,
          [finished.id],
        )
      )[0];
    // Removed by the look at the start, which nobody tells of.
    for (const limit = soon(); !limit.aborted;) {
      if (JSON.stringify(await left()) === JSON.stringify({ jobs: 0, events: 0, steps: 0, starts: 0 })) break;
      await pause(20);
    }
    expect(await left()).toEqual({ jobs: 0, events: 0, steps: 0, starts: 0 });
    const waiting = await submit(jobs, 'anna', { digest: digestOf('b'), waits: true });
    await expect(jobs.get('anna', finished.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await jobs.get('anna', waiting.id)).toMatchObject({ id: waiting.id });
    gate.open();
    await jobs.wait('anna', waiting.id, soon());
  });
});
