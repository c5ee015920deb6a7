import { connectDatabase, type Database } from '../database.ts';
import { startTestPostgres, type TestPostgres } from '../testing/test-service.ts';
import { openGates, type Gates } from './open-gates.ts';
import { createSharedBreaker } from './shared-breaker.ts';

const RULES = { failures: 5, openMs: 60_000, maxOpenMs: 300_000 };
/** Open for no time at all: the next call is a trial. */
const NO_TIME = { failures: 2, openMs: 0, maxOpenMs: 0 };

describe('gates of two processes', () => {
  let postgres: TestPostgres;
  let here: Gates;
  let there: Gates;
  let database: Database;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    // Both bring the schema up to date at once, as processes do that start together.
    [here, there] = await Promise.all([open(), open()]);
    database = connectDatabase({ url: postgres.url, schema: 'framesong_gated', maxConnections: 1 });
  });
  afterAll(async () => {
    await here[Symbol.asyncDispose]();
    await there[Symbol.asyncDispose]();
    await database.close();
    await postgres.remove();
  });

  const open = (): Promise<Gates> => openGates({ service: 'gated', databaseUrl: postgres.url });
  const breakers = (name: string, rules = RULES) => [here.breaker(name, rules), there.breaker(name, rules)] as const;
  const meters = (name: string) => [here.meter(name), there.meter(name)] as const;

  it('open for both after five failures in a row that are spread over them', async () => {
    const [one, other] = breakers('p spread');
    for (let count = 0; count < 4; count++) {
      const breaker = count % 2 === 0 ? one : other;
      expect(await breaker.admit()).toEqual({});
      expect(await breaker.end({}, 'failed')).toBeUndefined();
    }
    expect(await one.end({}, 'failed')).toBeGreaterThan(55_000);
    for (const breaker of [one, other]) {
      const refused = await breaker.admit();
      expect(refused).toEqual({ failures: 5, openForMs: expect.any(Number) as number });
    }
    // A call from before it opened says nothing about now.
    expect(await other.end({}, 'succeeded')).toBeGreaterThan(55_000);
    expect(await other.admit()).toHaveProperty('failures', 5);
  });

  it('count from the beginning after a success of either', async () => {
    const [one, other] = breakers('p reset');
    for (let count = 0; count < 4; count++) await one.end({}, 'failed');
    expect(await other.end({}, 'succeeded')).toBeUndefined();
    for (let count = 0; count < 4; count++) await one.end({}, 'failed');
    expect(await other.admit()).toEqual({});
  });

  it('lose no failure when both fail at once', async () => {
    const [one, other] = breakers('p at once', { ...RULES, failures: 20 });
    await Promise.all(Array.from({ length: 20 }, (_, count) => (count % 2 ? one : other).end({}, 'failed')));
    expect(await one.admit()).toHaveProperty('failures', 20);
  });

  it('make one trial between them, and close for both when it works', async () => {
    const [one, other] = breakers('p trial', NO_TIME);
    await one.end({}, 'failed');
    await other.end({}, 'failed');
    const answers = await Promise.all(Array.from({ length: 12 }, (_, count) => (count % 2 ? one : other).admit()));
    const trials = answers.filter((answer) => 'trial' in answer);
    expect(trials).toHaveLength(1);
    expect(answers.filter((answer) => 'failures' in answer)).toHaveLength(11);
    const byWhom = answers.indexOf(trials[0]!) % 2 ? one : other;
    expect(await byWhom.end(passOf(trials[0]!), 'succeeded')).toBeUndefined();
    expect(await Promise.all([one.admit(), other.admit()])).toEqual([{}, {}]);
  });

  it('stay open twice as long after each trial that fails, up to a limit', async () => {
    const [one, other] = breakers('p doubling', { failures: 1, openMs: 40_000, maxOpenMs: 100_000 });
    await one.end({}, 'failed');
    for (const wanted of [80_000, 100_000, 100_000]) {
      // Nobody waits for minutes here.
      await database.query(`update breaker set open_until = clock_timestamp() where name = 'p doubling'`);
      const pass = await other.admit();
      const openForMs = await other.end(passOf(pass), 'failed');
      expect(openForMs).toBeGreaterThan(wanted - 5000);
      expect(openForMs).toBeLessThanOrEqual(wanted);
    }
  });

  it('take a trial back from a process that is gone', async () => {
    const [one, other] = breakers('p gone', NO_TIME);
    await one.end({}, 'failed');
    await one.end({}, 'failed');
    const lost = await one.admit();
    expect(lost).toHaveProperty('trial');
    expect(await other.admit()).toHaveProperty('failures');
    await database.query(`update breaker set trial_until = clock_timestamp() where name = 'p gone'`);
    const taken = await other.admit();
    expect(taken).toHaveProperty('trial');
    // Whoever was thought to be gone comes late, and decides nothing.
    expect(await one.end(passOf(lost), 'succeeded')).toBeDefined();
    expect(await other.end(passOf(taken), 'succeeded')).toBeUndefined();
  });

  it('keep a trial for as long as it takes', async () => {
    const one = createSharedBreaker(database, 'p long', NO_TIME, 30);
    await one.end({}, 'failed');
    await one.end({}, 'failed');
    const pass = passOf(await one.admit());
    const until = async (): Promise<number> => {
      const [row] = await database.query<{ at: Date }>(`select trial_until as at from breaker where name = 'p long'`);
      return row!.at.getTime();
    };
    const first = await until();
    // Renewed again and again while it is under way, and not any more after it.
    while ((await until()) < first + 100);
    await one.end(pass, 'undecided');
    expect(await one.admit()).toHaveProperty('trial');
  });

  it('give a trial that nobody waited for to the next one', async () => {
    const [one, other] = breakers('p undecided', NO_TIME);
    await one.end({}, 'failed');
    await one.end({}, 'failed');
    const pass = await one.admit();
    expect(pass).toHaveProperty('trial');
    expect(await other.admit()).not.toHaveProperty('trial');
    await one.end(passOf(pass), 'undecided');
    expect(await other.admit()).toHaveProperty('trial');
  });

  it('keep ten images per minute together, whoever asks, and in no other order than they came', async () => {
    const [one, other] = meters('p ten a minute');
    const wanted = { images: 1, everyMs: 6000, burst: 1 };
    const startedAtMs = performance.now();
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, count) => (count % 2 ? one : other).take(wanted, 57_000)),
    );
    const tookMs = performance.now() - startedAtMs;
    const waits = taken.filter(({ isTaken }) => isTaken).map(({ waitMs }) => waitMs);
    expect(waits).toHaveLength(10);
    for (const [place, waitMs] of waits.toSorted((a, b) => a - b).entries()) {
      expect(waitMs).toBeLessThanOrEqual(6000 * place);
      expect(waitMs).toBeGreaterThanOrEqual(6000 * place - tookMs);
    }
    for (const { waitMs } of taken.filter(({ isTaken }) => !isTaken)) expect(waitMs).toBeGreaterThanOrEqual(57_000);
  });

  it('give room back of one who left while waiting', async () => {
    const [one, other] = meters('p left');
    const wanted = { images: 1, everyMs: 60_000, burst: 1 };
    await one.take(wanted, 0);
    expect(await one.take(wanted, 60_000)).toMatchObject({ isTaken: true });
    await one.giveBack(wanted);
    expect(await other.take(wanted, 60_000)).toMatchObject({ isTaken: true });
  });

  it('forget what was taken once there is no limit any more', async () => {
    const [one, other] = meters('p unlimited');
    for (let count = 0; count < 2; count++) await one.take({ images: 1, everyMs: 60_000, burst: 1 }, 120_000);
    expect(await other.take({ images: 1, everyMs: 0, burst: 1 }, 0)).toEqual({ waitMs: 0, isTaken: true });
  });

  it('leave alone together who has said to be full, also without a limit of their own', async () => {
    const [one, other] = meters('p full');
    const unlimited = { images: 1, everyMs: 0, burst: 1 };
    expect(await other.take(unlimited, 0)).toEqual({ waitMs: 0, isTaken: true });
    await one.holdOff(30_000);
    await one.holdOff(10);
    const { waitMs, isTaken } = await other.take(unlimited, 0);
    expect(isTaken).toBe(false);
    expect(waitMs).toBeGreaterThan(25_000);
  });
});

/** What the end of a call is told with; a refusal is none. */
function passOf(answer: Awaited<ReturnType<ReturnType<Gates['breaker']>['admit']>>) {
  if ('failures' in answer) throw new Error('the call was refused');
  return answer;
}
