import { FramesongError } from '@framesong/errors';
import { defineJob, type JobContext } from '../define-job.ts';
import type { Job } from '../job.ts';
import type { Jobs } from '../open-jobs.ts';
import {
  createGate,
  openTestJobs,
  soon,
  startTestPostgres,
  untilAborted,
  type Gate,
  type TestPostgres,
} from '../testing/test-service.ts';
import type { ReuseTerms } from './reuse-terms.ts';

interface Input {
  readonly name: string;
  readonly number: number;
}

const SERVICE = { service: 'reuse' };
const TEXT = 'a red fox runs over the snow at night, seen from above';

describe('results that are used again', () => {
  let postgres: TestPostgres;
  let jobs: Jobs;
  let runs: string[];
  let goOn: Gate | undefined;
  /** Told of every run that begins. */
  let begun: Gate<string>;
  let failure: Error | undefined;
  const definition = defineJob<Input, unknown>({
    kind: 'test.v1',
    idPrefix: 'frame',
    queue: 'images',
    async run(job: JobContext<Input>) {
      runs.push(job.id);
      begun.open(job.id);
      if (goOn) await Promise.race([goOn.reached, untilAborted(job.signal)]);
      if (failure) throw failure;
      return { by: job.id, number: job.input.number };
    },
  });
  let name = 0;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    jobs = await openTestJobs(postgres, [definition], SERVICE);
  });
  beforeEach(() => {
    runs = [];
    goOn = undefined;
    begun = createGate<string>();
    failure = undefined;
    name += 1;
  });
  afterAll(async () => {
    await jobs.close();
    await postgres.remove();
  });

  const submit = async (terms: Partial<ReuseTerms> = {}, more: { tenant?: string; number?: number } = {}) => {
    const { tenant = 'anna', number = 1 } = more;
    const reuse: ReuseTerms = {
      rest: { name, size: 1 },
      text: TEXT,
      seed: 7,
      anySeed: false,
      read: true,
      write: true,
      maxDistance: 0,
      isUsable: () => Promise.resolve(true),
      ...terms,
    };
    return (await jobs.submit({ kind: 'test.v1', tenant, input: { name: 'x', number }, reuse })).job;
  };
  const ended = (job: Job) => jobs.wait(job.tenant, job.id, soon());
  const made = async (terms?: Partial<ReuseTerms>, more?: { tenant?: string; number?: number }) =>
    ended(await submit(terms, more));

  it('gives the earlier result at once, with what it was made from', async () => {
    const first = await made({}, { number: 11 });
    expect(first).toMatchObject({ state: 'SUCCEEDED', reuse: { outcome: 'miss' } });
    const second = await submit({}, { number: 22 });
    expect(second).toMatchObject({
      state: 'SUCCEEDED',
      percent: 100,
      result: { by: first.id, number: 11 },
      input: { number: 11 },
      reuse: { outcome: 'hit', jobId: first.id, distance: 0 },
    });
    const events = [];
    for await (const event of jobs.watch('anna', second.id, 0, soon())) events.push([event.sequence, event.type]);
    expect(events).toEqual([
      [1, 'SUBMITTED'],
      [2, 'SUCCEEDED'],
    ]);
    expect(runs).toEqual([first.id]);
  });

  it.each<[string, Partial<ReuseTerms>, { tenant?: string }]>([
    ['does not ask for one', { read: false }, {}],
    ['has another seed', { seed: 8 }, {}],
    ['has another size', { rest: { size: 2 } }, {}],
    ['has another text', { text: `${TEXT}!` }, {}],
    ['is of another tenant', {}, { tenant: 'bert' }],
    ['finds that files of the earlier one are gone', { isUsable: () => Promise.resolve(false) }, {}],
  ])('makes its own when it %s', async (_, terms, more) => {
    const first = await made();
    const second = await made(terms, more);
    expect(second.result).toMatchObject({ by: second.id });
    expect(second.reuse).toEqual(terms.read === false ? undefined : { outcome: 'miss' });
    expect(runs).toEqual([first.id, second.id]);
  });

  it('takes a result of any seed only when that is said, and never one that is not to be given', async () => {
    const first = await made({ seed: 1 });
    expect((await made({ seed: 2, anySeed: true })).result).toMatchObject({ by: first.id });
    name += 1;
    await made({ write: false });
    expect((await made()).reuse).toEqual({ outcome: 'miss' });
  });

  it('takes the nearest similar text when that is allowed, and tells its distance', async () => {
    const far = await made({ text: TEXT.replace('red fox', 'blue owl') });
    const near = await made({ text: TEXT.replace('red', 'Grey') });
    expect(far.reuse).toEqual({ outcome: 'miss' });
    expect((await made({ maxDistance: 0.05, write: false })).reuse).toEqual({ outcome: 'miss' });
    const similar = await made({ maxDistance: 0.3 });
    expect(similar.reuse).toEqual({ outcome: 'hit', jobId: near.id, distance: expect.closeTo(1 / 12) as number });
    expect(similar.result).toMatchObject({ by: near.id });
    // Of another size nothing is similar.
    expect((await made({ maxDistance: 0.5, rest: { size: 9 } })).reuse).toEqual({ outcome: 'miss' });
  });

  it('runs equal requests that come at once only once', async () => {
    goOn = createGate();
    const all = await Promise.all(Array.from({ length: 12 }, (_, number) => submit({}, { number })));
    const leader = await begun.reached;
    goOn.open();
    const done = await Promise.all(all.map(ended));
    expect(runs).toEqual([leader]);
    for (const job of done) expect(job).toMatchObject({ state: 'SUCCEEDED', result: { by: leader } });
    expect(done.map(({ reuse }) => reuse!.outcome).sort()).toEqual([...Array<string>(11).fill('coalesced'), 'miss']);
  });

  it('cancels one that waits without the others, and another does the work when it is cancelled', async () => {
    goOn = createGate();
    const first = await submit();
    await begun.reached;
    const followers = [await submit(), await submit(), await submit()];
    expect(followers[0]).toMatchObject({ state: 'QUEUED', reuse: { outcome: 'coalesced', jobId: first.id } });
    // It ends when the first ends, which has run for a while.
    const { startedAt } = await jobs.get('anna', first.id);
    const atMs = Date.now();
    const { lowMs } = (await jobs.remaining(followers[0]!, { lowMs: 60_000, highMs: 60_000 }))!;
    expect(atMs + lowMs).toBeLessThanOrEqual(startedAt!.getTime() + 60_001);
    await jobs.cancel('anna', followers[0]!.id);
    expect(await jobs.get('anna', first.id)).toMatchObject({ state: 'RUNNING' });
    begun = createGate<string>();
    await jobs.cancel('anna', first.id);
    expect(await begun.reached).toBe(followers[1]!.id);
    goOn.open();
    const [second, third] = [await ended(followers[1]!), await ended(followers[2]!)];
    expect(second).toMatchObject({ state: 'SUCCEEDED', reuse: { outcome: 'miss' } });
    expect(third).toMatchObject({ result: { by: second.id }, reuse: { outcome: 'coalesced', jobId: second.id } });
    expect(runs).toEqual([first.id, second.id]);
    // What was cancelled while it waited can be started again, by itself.
    await jobs.retry('anna', followers[0]!.id);
    expect(await ended(followers[0]!)).toMatchObject({ state: 'SUCCEEDED', result: { by: followers[0]!.id } });
  });

  it('lets another try when the work fails', async () => {
    goOn = createGate();
    failure = new Error('the machine was tired');
    const first = await submit();
    await begun.reached;
    const follower = await submit();
    begun = createGate<string>();
    const gate = goOn;
    goOn = createGate();
    gate.open();
    expect((await ended(first)).state).toBe('FAILED');
    expect(await begun.reached).toBe(follower.id);
    failure = undefined;
    goOn.open();
    expect(await ended(follower)).toMatchObject({ state: 'SUCCEEDED', result: { by: follower.id } });
  });

  it.each([
    ['of the request', { code: 'INVALID_ARGUMENT', reason: 'INVALID_REFERENCES' }],
    ['that may have cost money', { code: 'UNAVAILABLE', reason: 'ANSWER_LOST', outcome: 'sent_unknown' }],
  ] as const)('shares a failure %s: nobody tries again by itself', async (_, details) => {
    const gate = createGate();
    goOn = gate;
    failure = new FramesongError('it cannot be made', details);
    const first = await submit();
    await begun.reached;
    const follower = await submit();
    gate.open();
    const error = { ...details, message: 'it cannot be made' };
    expect(await ended(follower)).toMatchObject({ state: 'FAILED', error });
    expect(await ended(first)).toMatchObject({ state: 'FAILED', error });
    expect(runs).toEqual([first.id]);
    // By hand it is tried again, and by itself.
    failure = undefined;
    await jobs.retry('anna', follower.id);
    expect(await ended(follower)).toMatchObject({ state: 'SUCCEEDED', result: { by: follower.id } });
  });

  it('passes the result on when the worker was stopped and another went on', async () => {
    goOn = createGate();
    const first = await submit();
    await begun.reached;
    const follower = await submit();
    await jobs.close();
    goOn = undefined;
    jobs = await openTestJobs(postgres, [definition], SERVICE);
    expect((await ended(first)).result).toMatchObject({ by: first.id });
    expect((await ended(follower)).result).toMatchObject({ by: first.id });
    expect(runs).toEqual([first.id, first.id]);
  });
});
