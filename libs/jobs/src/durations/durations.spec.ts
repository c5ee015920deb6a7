import { FramesongError } from '@framesong/errors';
import type { DurationHistory } from '@framesong/estimates';
import { defineJob, type JobContext } from '../define-job.ts';
import type { Job } from '../job.ts';
import type { Jobs } from '../open-jobs.ts';
import {
  createGate,
  openTestJobs,
  soon,
  startTestPostgres,
  untilAborted,
  type TestPostgres,
} from '../testing/test-service.ts';
import { WHOLE_JOB, type DurationKey } from './duration-key.ts';

type Work = (job: JobContext<{ readonly name: string }>) => Promise<unknown>;

const DEFAULTS = { lowMs: 300_000, highMs: 900_000 };
const SERVICE = { service: 'durations' };

describe('durations', () => {
  let postgres: TestPostgres;
  let jobs: Jobs;
  const works = new Map<string, Work>();
  const definition = defineJob<{ readonly name: string }, unknown>({
    kind: 'test.v1',
    idPrefix: 'frame',
    queue: 'images',
    workloadOf: ({ name }) => ({ model: 'embedded', sizeClass: name }),
    run: (job) => works.get(job.input.name)!(job),
  });
  const keyOf = (sizeClass: string, stage: string): DurationKey => ({ model: 'embedded', sizeClass, stage });
  const remember = (key: DurationKey, durationMs: number, count: number, of = jobs) => {
    for (let left = count; left > 0; left--) of.durations.record(key, { durationMs, outcome: 'ended' });
  };
  const runJob = async (name: string, run: Work): Promise<Job> => {
    works.set(name, run);
    const { job } = await jobs.submit({ kind: 'test.v1', tenant: 'anna', input: { name } });
    return jobs.wait('anna', job.id, soon());
  };
  const compose = (job: JobContext<{ readonly name: string }>, work: (signal: AbortSignal) => Promise<unknown>) =>
    job.withTimeout({ name: 'compose one', stage: 'compose', floorMs: 10, ceilingMs: 5000 }, ({ signal }) =>
      work(signal),
    );

  beforeAll(async () => {
    postgres = await startTestPostgres();
    jobs = await openTestJobs(postgres, [definition], SERVICE);
  });
  afterAll(async () => {
    await jobs.close();
    await postgres.remove();
  });

  it('loses nothing of what several replicas add to the same histories at once, and keeps it over restarts', async () => {
    const keys = ['a', 'b', 'c'].map((name) => keyOf(name, 'shared'));
    const replicas = await Promise.all(
      [1, 2, 3].map((replica) =>
        openTestJobs(postgres, [definition], { ...SERVICE, role: 'api', executorId: `replica-${replica}` }),
      ),
    );
    await Promise.all(
      replicas.map(async (replica, index) => {
        for (let round = 0; round < 5; round++) {
          for (const key of index % 2 === 0 ? keys : keys.toReversed()) remember(key, 1000, 4, replica);
          await replica.durations.flush();
        }
      }),
    );
    // What was not flushed by hand is stored at the end.
    remember(keys[0]!, 1000, 1, replicas[0]);
    await Promise.all(replicas.map((replica) => replica.close()));
    const found = await Promise.all(keys.map((key) => jobs.durations.history(key)));
    expect(found.map((history) => Math.round(history!.samples))).toEqual([61, 60, 60]);
    await expect(jobs.durations.history(keyOf('a', 'other'))).resolves.toBeUndefined();
  });

  it('remembers how long jobs of a kind and size run, and expects the next to take as long', async () => {
    const goOn = createGate();
    const running = createGate<string>();
    works.set('plain', async (job) => {
      running.open(job.id);
      await goOn.reached;
      return 'made';
    });
    const { job } = await jobs.submit({ kind: 'test.v1', tenant: 'anna', input: { name: 'plain' } });
    const jobId = await running.reached;
    expect(await jobs.remaining(await jobs.get('anna', jobId), DEFAULTS)).toMatchObject({ basis: 'default' });
    remember(keyOf('plain', WHOLE_JOB), 60_000, 9);
    const remaining = await jobs.remaining(await jobs.get('anna', jobId), DEFAULTS);
    expect(remaining).toMatchObject({ basis: 'history', sampleCount: 9, isOverdue: false });
    expect(remaining!.lowMs).toBeGreaterThan(30_000);
    expect(remaining!.highMs).toBeLessThan(63_000);
    goOn.open();
    const ended = await jobs.wait('anna', job.id, soon());
    expect(await jobs.remaining(ended, DEFAULTS)).toBeUndefined();
    // It is told after the end of the job.
    await historyWith(keyOf('plain', WHOLE_JOB), ({ samples }) => Math.round(samples) === 10);
  });

  it('gives the ceiling while little is known, then a timeout from history, and the job says which and why', async () => {
    const cold = await runJob('timed', (job) => compose(job, () => Promise.resolve('made')));
    expect(cold.timeouts).toMatchObject([
      { name: 'compose one', timeoutMs: 5000, basis: 'cold_start', sampleCount: 0, why: expect.any(String) as string },
    ]);
    remember(keyOf('timed', 'compose'), 300, 30);
    const warm = await runJob('timed', (job) => compose(job, () => Promise.resolve('made')));
    expect(warm.timeouts).toMatchObject([{ basis: 'history', sampleCount: 31 }]);
    expect(warm.timeouts[0]!.timeoutMs).toBeLessThan(1000);
    expect(warm.timeouts[0]!.why).toMatch(/^p98 .* s x 2 of 31 durations$/);
  });

  it('ends work that takes longer than its timeout, and gives the next try twice the time', async () => {
    remember(keyOf('hangs', 'compose'), 5, 30);
    let tries = 0;
    const ended = await runJob('hangs', (job) =>
      job.step(
        'make',
        () => compose(job, (signal) => (++tries === 1 ? untilAborted(signal) : Promise.resolve('made'))),
        {
          retry: { maxAttempts: 2, firstDelayMs: 1, shouldRetry: (error) => reasonOf(error) === 'STAGE_TIMEOUT' },
        },
      ),
    );
    expect(ended).toMatchObject({ state: 'SUCCEEDED', result: 'made' });
    expect(ended.timeouts[0]!.why).toContain('doubled for 1 timeouts in a row');
    const failed = await runJob('hangs', (job) => job.step('make', () => compose(job, untilAborted)));
    expect(failed).toMatchObject({
      state: 'FAILED',
      error: { code: 'DEADLINE_EXCEEDED', reason: 'STAGE_TIMEOUT', metadata: { stage: 'make' } },
    });
    expect(failed.error!.message).toContain('compose one took longer than its timeout of');
  });

  it('keeps what the work knows of its money when its time is up', async () => {
    remember(keyOf('paid', 'compose'), 5, 30);
    const lost = new FramesongError('the answer was lost', {
      code: 'UNAVAILABLE',
      reason: 'ANSWER_LOST',
      outcome: 'sent_unknown',
    });
    const ended = await runJob('paid', (job) =>
      compose(job, (signal) => untilAborted(signal).catch(() => Promise.reject(lost))),
    );
    expect(ended.error).toMatchObject({ reason: 'STAGE_TIMEOUT', outcome: 'sent_unknown' });
  });

  it('counts from when the clock is started, and takes a cancel as "longer than this"', async () => {
    remember(keyOf('waits', 'compose'), 5, 30);
    const limits = { name: 'one', stage: 'compose', floorMs: 10, ceilingMs: 5000, startsLater: true };
    const waited = await runJob('waits', (job) =>
      job.withTimeout(limits, async (timed) => {
        // Longer than the timeout of twice 5 ms.
        await new Promise((resolve) => setTimeout(resolve, 100));
        timed.startClock();
        return timed.signal.aborted;
      }),
    );
    expect(waited).toMatchObject({ state: 'SUCCEEDED', result: false });
    const begun = createGate<string>();
    works.set('waits', (job) =>
      job.withTimeout({ ...limits, floorMs: 5000 }, (timed) => {
        timed.startClock();
        begun.open(job.id);
        return untilAborted(timed.signal);
      }),
    );
    await jobs.submit({ kind: 'test.v1', tenant: 'anna', input: { name: 'waits' } });
    await jobs.cancel('anna', await begun.reached);
    const history = await historyWith(keyOf('waits', 'compose'), ({ unended }) => unended.length > 0);
    expect(history).toMatchObject({ timeoutsInARow: 0, unended: [[expect.any(Number), expect.closeTo(1)]] });
  });

  describe('of silence', () => {
    const silenceBefore = (phase: string) => keyOf('any', `silence before ${phase}`);
    const limitsOf = (phase: string) => ({
      who: 'the teller',
      phases: { [phase]: { floorMs: 10, coldStartMs: 4000, ceilingMs: 5000 } },
    });

    it('remembers the longest of work that has ended', async () => {
      const ended = await runJob('talks', (job) =>
        job.withSilenceLimits(limitsOf('word'), async ({ heard }) => {
          heard('word');
          await new Promise((resolve) => setTimeout(resolve, 40));
          for (let word = 0; word < 5; word++) heard('word');
          return 'told';
        }),
      );
      expect(ended).toMatchObject({ state: 'SUCCEEDED', result: 'told' });
      const history = await historyWith(silenceBefore('word'), ({ ended: known }) => known.length > 0);
      expect(history).toMatchObject({ ended: [[expect.any(Number), expect.closeTo(1)]] });
    });

    it('ends work that is silent for longer than usual, keeps what it knows of its money, and waits twice as long next time', async () => {
      remember(silenceBefore('answer'), 20, 30);
      const lost = new FramesongError('it was lost', { code: 'UNAVAILABLE', reason: 'LOST', outcome: 'billed' });
      const fallSilent: Work = (job) =>
        job.withSilenceLimits(limitsOf('answer'), ({ signal, heard }) => {
          heard('answer');
          return untilAborted(signal).catch(() => Promise.reject(lost));
        });
      const silent = /^nothing was heard of the teller for 0\.0\d+ s while its answer was awaited \(p98/;
      const first = await runJob('is silent', fallSilent);
      expect(first.error).toMatchObject({ reason: 'STALLED', outcome: 'billed', metadata: { phase: 'answer' } });
      expect(first.error!.message).toMatch(silent);
      const second = await runJob('is silent', fallSilent);
      expect(second.error!.message).toContain('doubled for 1 timeouts in a row');
    });

    it('of small work says nothing of large work, where the work names its size', async () => {
      remember(keyOf('small', 'silence before decoding'), 20, 30);
      const ended = await runJob('is large', (job) =>
        job.withSilenceLimits({ ...limitsOf('decoding'), sizeClass: 'large' }, async ({ heard, signal }) => {
          heard('decoding');
          await new Promise((resolve) => setTimeout(resolve, 200));
          signal.throwIfAborted();
          heard('decoding');
          return 'decoded';
        }),
      );
      expect(ended).toMatchObject({ state: 'SUCCEEDED' });
      await historyWith(keyOf('large', 'silence before decoding'), ({ ended: known }) => known.length > 0);
      const small = await runJob('is small', (job) =>
        job.withSilenceLimits({ ...limitsOf('decoding'), sizeClass: 'small' }, ({ heard, signal }) => {
          heard('decoding');
          return untilAborted(signal);
        }),
      );
      expect(small.error!.message).toMatch(/while its decoding was awaited \(p98/);
    });

    it('knows nothing of work that was cancelled: nobody heard its silence to the end', async () => {
      const begun = createGate<string>();
      works.set('is cancelled', (job) =>
        job.withSilenceLimits(limitsOf('end'), ({ signal, heard }) => {
          heard('end');
          begun.open(job.id);
          return untilAborted(signal);
        }),
      );
      const { job } = await jobs.submit({ kind: 'test.v1', tenant: 'anna', input: { name: 'is cancelled' } });
      await jobs.cancel('anna', await begun.reached);
      expect((await jobs.wait('anna', job.id, soon())).state).toBe('CANCELLED');
      await jobs.durations.flush();
      await expect(jobs.durations.history(silenceBefore('end'))).resolves.toBeUndefined();
    });
  });

  async function historyWith(key: DurationKey, isThere: (history: DurationHistory) => boolean) {
    for (;;) {
      const history = await jobs.durations.history(key);
      if (history && isThere(history)) return history;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});

function reasonOf(error: unknown): unknown {
  return (error as { reason?: unknown }).reason;
}
