import { defineJob, type JobContext } from './define-job.ts';
import type { JobEvent } from './job.ts';
import { createGate, openTestJobs, soon, startTestPostgres, untilAborted } from './testing/test-service.ts';

describe('a database that goes away and comes back', () => {
  it('loses no job, no step and no event, and is reported meanwhile', async () => {
    const postgres = await startTestPostgres();
    const inStep = createGate();
    const goOn = createGate();
    let firstCalls = 0;
    const run = async (job: JobContext<null>): Promise<unknown> => {
      const first = await job.step('first', async () => {
        firstCalls += 1;
        inStep.open();
        await goOn.reached;
        return 'kept';
      });
      return { first };
    };
    const jobs = await openTestJobs(postgres, [
      defineJob({ kind: 'long.v1', idPrefix: 'frame', queue: 'images', run }),
    ]);
    try {
      const submit = (requestId: string) => jobs.submit({ kind: 'long.v1', tenant: 'anna', input: null, requestId });
      const { job } = await submit('one');
      const events: JobEvent[] = [];
      const watching = (async () => {
        for await (const event of jobs.watch('anna', job.id, 0, soon())) events.push(event);
      })();
      await inStep.reached;
      expect(jobs.isHealthy()).toBe(true);

      const away = createGate();
      const back = createGate();
      const stopTelling = jobs.onHealthChange((healthy) => (healthy ? back.open() : away.open()));
      await postgres.stop();
      await away.reached;
      expect(jobs.isHealthy()).toBe(false);
      await expect(submit('two')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1000 });
      await expect(jobs.get('anna', job.id)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      // The step ends while nobody can store it.
      goOn.open();

      await postgres.startAgain();
      await back.reached;
      expect(jobs.isHealthy()).toBe(true);
      stopTelling();
      expect(await jobs.wait('anna', job.id, soon())).toMatchObject({
        state: 'SUCCEEDED',
        result: { first: 'kept' },
        attempts: 1,
      });
      await watching;
      expect(events.map(({ sequence, type }) => [sequence, type])).toEqual([
        [1, 'SUBMITTED'],
        [2, 'STARTED'],
        [3, 'SUCCEEDED'],
      ]);
      expect(firstCalls).toBe(1);
      const { job: second } = await submit('two');
      expect(await jobs.wait('anna', second.id, soon())).toMatchObject({ state: 'SUCCEEDED' });
    } finally {
      await jobs.close();
      await postgres.remove();
    }
  });

  it('does not keep a worker from stopping, and what it left goes on with the next', async () => {
    const postgres = await startTestPostgres();
    const inStep = createGate();
    const definition = defineJob<null, string>({
      kind: 'left.v1',
      idPrefix: 'frame',
      queue: 'images',
      run: (job) =>
        job.step('only', ({ signal, attempt }) => {
          inStep.open();
          return attempt > 1 ? Promise.resolve('done later') : untilAborted(signal);
        }),
    });
    const options = { service: 'outage', abortGraceMs: 100 };
    try {
      const before = await openTestJobs(postgres, [definition], options);
      const { job } = await before.submit({ kind: 'left.v1', tenant: 'anna', input: null });
      await inStep.reached;
      await postgres.stop();
      await before.close();
      await postgres.startAgain();
      await using after = await openTestJobs(postgres, [definition], options);
      expect(await after.wait('anna', job.id, soon())).toMatchObject({ state: 'SUCCEEDED', result: 'done later' });
    } finally {
      await postgres.remove();
    }
  });
});
