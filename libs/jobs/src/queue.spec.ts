import { defineJob, type JobContext } from './define-job.ts';
import {
  createGate,
  openTestJobs,
  soon,
  startTestPostgres,
  untilAborted,
  type Gate,
  type TestPostgres,
} from './testing/test-service.ts';

type Input = { readonly name: string };

/** Jobs that start when their turn comes and end when the test says so. */
function createStage() {
  const started: string[] = [];
  let most = 0;
  let running = 0;
  const waiters: { readonly count: number; readonly gate: Gate }[] = [];
  const gates = new Map<string, Gate>();
  const gateOf = (name: string): Gate => gates.get(name) ?? gates.set(name, createGate()).get(name)!;
  return {
    started,
    most: () => most,
    end: (name: string) => gateOf(name).open(),
    /** Resolves when so many jobs have started. */
    async untilStarted(count: number): Promise<void> {
      if (started.length >= count) return;
      const gate = createGate();
      waiters.push({ count, gate });
      await gate.reached;
    },
    async run(job: JobContext<Input>): Promise<string> {
      started.push(job.input.name);
      running += 1;
      most = Math.max(most, running);
      for (const { count, gate } of waiters) if (started.length >= count) gate.open();
      await Promise.race([gateOf(job.input.name).reached, untilAborted(job.signal)]).finally(() => (running -= 1));
      return job.input.name;
    },
  };
}

describe('a queue', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.remove());

  const open = (stage: ReturnType<typeof createStage>, concurrency: number, maxWaiting = 100) =>
    openTestJobs(
      postgres,
      [
        defineJob({
          kind: 'staged.v1',
          idPrefix: 'song',
          queue: 'music',
          run: (job: JobContext<Input>) => stage.run(job),
        }),
      ],
      {
        queues: { music: { concurrency, maxWaiting } },
      },
    );

  it('runs no more jobs at once than its limit and starts the next when one ends', async () => {
    const stage = createStage();
    await using jobs = await open(stage, 2);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const submitted = await Promise.all(
      names.map((name) => jobs.submit({ kind: 'staged.v1', tenant: 'anna', input: { name } })),
    );
    for (let index = 0; index < names.length; index++) {
      await stage.untilStarted(Math.min(index + 2, names.length));
      stage.end(stage.started[index]!);
    }
    const done = await Promise.all(submitted.map(({ job }) => jobs.wait('anna', job.id, soon())));
    expect(done.map(({ result }) => result)).toEqual(names);
    expect(stage.most()).toBe(2);
  });

  it('takes turns between tenants, and a higher priority first within a tenant', async () => {
    const stage = createStage();
    await using jobs = await open(stage, 1);
    const submit = async (tenant: string, name: string, priority = 0) =>
      (await jobs.submit({ kind: 'staged.v1', tenant, input: { name }, priority })).job;
    await submit('anna', 'a1');
    await stage.untilStarted(1);
    await submit('anna', 'a2');
    const third = await submit('anna', 'a3');
    await submit('anna', 'a4', 10);
    await submit('bert', 'b1');
    await submit('bert', 'b2');
    expect(await jobs.queues.status('music', 'clara', 'all')).toMatchObject({ waiting: 5, running: 1, concurrency: 1 });
    expect(await jobs.queues.position(third)).toBe(5);
    // Clara has no job yet: hers would come in the first round, after the first of Bert, who never had a turn either.
    expect(await jobs.queues.status('music', 'clara')).toMatchObject({ waiting: 0, total: 6, nextPosition: 2 });
    expect(await jobs.queues.status('music', 'anna')).toMatchObject({ waiting: 3, running: 1, nextPosition: 6 });
    for (let index = 0; index < 6; index++) {
      await stage.untilStarted(index + 1);
      stage.end(stage.started[index]!);
    }
    expect(stage.started).toEqual(['a1', 'b1', 'a4', 'b2', 'a2', 'a3']);
    await jobs.wait('anna', third.id, soon());
  });

  it('cancels and expires jobs that wait, and they never start', async () => {
    const stage = createStage();
    await using jobs = await open(stage, 1);
    const submit = async (name: string, more: object = {}) =>
      (await jobs.submit({ kind: 'staged.v1', tenant: 'anna', input: { name }, ...more })).job;
    const first = await submit('first');
    await stage.untilStarted(1);
    const cancelled = await submit('cancelled');
    const expiring = await submit('expiring', { expireTime: new Date(Date.now() + 100) });
    const last = await submit('last');
    expect(await jobs.cancel('anna', cancelled.id)).toMatchObject({ state: 'CANCELLED' });
    expect(await jobs.wait('anna', expiring.id, soon())).toMatchObject({
      state: 'FAILED',
      error: { code: 'DEADLINE_EXCEEDED', metadata: { limit: 'expire_time', stage: 'queue wait' } },
    });
    for (const name of ['first', 'last']) stage.end(name);
    await Promise.all([first, last].map(({ id }) => jobs.wait('anna', id, soon())));
    expect(stage.started).toEqual(['first', 'last']);
  });

  it('refuses submissions when it is full and says when to come again', async () => {
    const stage = createStage();
    await using jobs = await open(stage, 1, 1);
    const submit = (name: string, requestId?: string) =>
      jobs.submit({
        kind: 'staged.v1',
        tenant: 'anna',
        input: { name },
        ...(requestId !== undefined && { requestId }),
      });
    await submit('running');
    await stage.untilStarted(1);
    const waiting = await submit('waiting', 'r1');
    const refused: unknown = await submit('refused').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'QUEUE_FULL' });
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(0);
    // Nor does a retry come in beside the limit.
    const cancelled = await jobs.cancel('anna', waiting.job.id);
    await submit('in its place');
    await expect(jobs.retry('anna', cancelled.id)).rejects.toMatchObject({ reason: 'QUEUE_FULL' });
    // A repeat of what was accepted is no new job.
    expect(await submit('waiting', 'r1')).toMatchObject({ created: false, job: { id: waiting.job.id } });
  });
});

describe('a bounded queue', () => {
  it('holds its limit strictly when two replicas submit at once', async () => {
    const postgres = await startTestPostgres();
    try {
      const definition = defineJob({
        kind: 'kept.v1',
        idPrefix: 'song',
        queue: 'music',
        run: () => Promise.resolve(1),
      });
      // Nothing runs, so that the queue only fills.
      const open = (executorId: string) =>
        openTestJobs(postgres, [definition], {
          service: 'bounded',
          executorId,
          role: 'api',
          queues: { music: { concurrency: 1, maxWaiting: 12 } },
        });
      await using one = await open('api-0');
      await using other = await open('api-1');
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (index % 2 ? one : other)
            .submit({ kind: 'kept.v1', tenant: `tenant-${index % 3}`, input: index })
            .then(() => 'accepted')
            .catch((error: unknown) => (error as { reason: string }).reason),
        ),
      );
      expect(Object.groupBy(outcomes, (outcome) => outcome)['accepted']).toHaveLength(12);
      expect(new Set(outcomes)).toEqual(new Set(['accepted', 'QUEUE_FULL']));
    } finally {
      await postgres.remove();
    }
  });
});

describe('a worker that is stopped in order', () => {
  it('leaves its running jobs to the next one, which does not count it as a crash', async () => {
    const postgres = await startTestPostgres();
    const inSecond = createGate();
    const calls: string[] = [];
    const reasons: unknown[] = [];
    const definition = defineJob<null, string>({
      kind: 'long.v1',
      idPrefix: 'song',
      queue: 'music',
      async run(job) {
        await job.step('first', () => Promise.resolve(calls.push('first')));
        return job.step('second', async ({ signal, attempt }) => {
          calls.push(`second ${attempt}`);
          if (attempt > 1) return 'done';
          inSecond.open();
          return untilAborted(signal).catch((error: unknown) => {
            reasons.push(error);
            throw error;
          });
        });
      },
    });
    // No crash is forgiven here.
    const options = { service: 'stopped', queues: { music: { concurrency: 1 } }, maxCrashes: 0 };
    try {
      const before = await openTestJobs(postgres, [definition], options);
      const { job } = await before.submit({ kind: 'long.v1', tenant: 'anna', input: null });
      await inSecond.reached;
      const waiting = before.wait('anna', job.id, soon()).catch((error: unknown) => error);
      await before.close();
      expect(await waiting).toMatchObject({ code: 'UNAVAILABLE', reason: 'JOBS_CLOSED' });
      expect(reasons).toMatchObject([{ code: 'UNAVAILABLE', reason: 'WORKER_STOPPING' }]);
      await using after = await openTestJobs(postgres, [definition], options);
      expect(await after.wait('anna', job.id, soon())).toMatchObject({
        state: 'SUCCEEDED',
        result: 'done',
        attempts: 2,
      });
      expect(calls).toEqual(['first', 'second 1', 'second 2']);
      const events: string[] = [];
      for await (const event of after.watch('anna', job.id, 0, soon())) events.push(event.type);
      expect(events).toEqual(['SUBMITTED', 'STARTED', 'RESUMED', 'SUCCEEDED']);
    } finally {
      await postgres.remove();
    }
  });
});
