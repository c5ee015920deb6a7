import { connectDatabase } from './database.ts';
import { defineJob } from './define-job.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import {
  beatOfFirstVersion,
  beginOfFirstVersion,
  finishOfFirstVersion,
  stepOfFirstVersion,
  submitOfFirstVersion,
} from './testing/first-version.ts';
import { createGate, openTestJobs, soon, startTestPostgres } from './testing/test-service.ts';

const SERVICE = 'rolled';

describe('services that are replaced one after the other', () => {
  it('share their jobs with those of the older version, whoever submits and whoever runs them', async () => {
    const postgres = await startTestPostgres();
    const older = connectDatabase({ url: postgres.url, schema: `framesong_${SERVICE}` });
    const { query } = older;
    const inSecond = createGate();
    const goOn = createGate();
    const definition = defineJob<null, unknown>({
      kind: 'rolled.v1',
      idPrefix: 'frame',
      queue: 'images',
      async run(job) {
        const first = await job.step('first', () => Promise.resolve('of this version'));
        const held = job.labels['held'] === 'yes';
        await job.step('second', async () => {
          if (!held) return;
          inSecond.open();
          await goOn.reached;
        });
        return first;
      },
    });
    try {
      // Before the upgrade: a job waits, and another one is at work in an older process.
      await migrate(older, MIGRATIONS.slice(0, 1));
      await beatOfFirstVersion(query, 'old-0');
      const running = await submitOfFirstVersion(query, 'rolled.v1', 'images');
      const begun = await beginOfFirstVersion(query, running);
      const run = { jobId: running, token: begun.token };
      await stepOfFirstVersion(query, run, 'first', 'of the first version');
      await query('update job set released = true, releases = 1 where id = $1', [running]);
      const waiting = await submitOfFirstVersion(query, 'rolled.v1', 'images');

      await using jobs = await openTestJobs(postgres, [definition], { service: SERVICE, beatIntervalMs: 100, deadAfterMs: 500 }); // prettier-ignore
      expect(await jobs.wait('anna', waiting, soon())).toMatchObject({ result: 'of this version', attempts: 1 });

      // The older process is restarted beside the new schema, and accepts and works on.
      await migrate(older, MIGRATIONS.slice(0, 1));
      await beatOfFirstVersion(query, 'old-0');
      const accepted = await submitOfFirstVersion(query, 'rolled.v1', 'images');
      expect(await jobs.wait('anna', accepted, soon())).toMatchObject({ state: 'SUCCEEDED', runUsedMs: expect.any(Number) as number }); // prettier-ignore

      // What this version began, the older one goes on with after a take-over, and keeps what was finished.
      const { job } = await jobs.submit({ kind: 'rolled.v1', tenant: 'anna', input: null, labels: { held: 'yes' } });
      await inSecond.reached;
      const taken = await beginOfFirstVersion(query, job.id);
      expect(taken.attempts).toBe(2);
      const takenRun = { jobId: job.id, token: taken.token };
      expect(await stepOfFirstVersion(query, takenRun, 'first', 'again')).toBe('of this version');
      await stepOfFirstVersion(query, takenRun, 'second', null);
      expect(await finishOfFirstVersion(query, job.id, taken.token)).toBe(true);
      goOn.open();
      const done = await jobs.wait('anna', job.id, soon());
      expect(done).toMatchObject({ state: 'SUCCEEDED', result: 'of the first version' });
      const events: string[] = [];
      for await (const event of jobs.watch('anna', job.id, 0, soon())) events.push(event.type);
      expect(events).toEqual(['SUBMITTED', 'STARTED', 'RESUMED', 'SUCCEEDED']);

      // And what the older one began before the upgrade goes on here once it is gone, after its last finished step.
      expect(await jobs.wait('anna', running, soon())).toMatchObject({ result: 'of the first version', attempts: 2 });
      expect(await finishOfFirstVersion(query, running, begun.token)).toBe(false);
    } finally {
      await older.close();
      await postgres.remove();
    }
  });
});
