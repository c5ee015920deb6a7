import { FramesongError, type ErrorDetails } from '@framesong/errors';
import { refusalError } from './refusals.ts';
import { repeatWhereSafe, type RepeatRules } from './repeat.ts';

const RULES: RepeatRules = {
  attempts: 3,
  firstMs: 1,
  maxMs: 1,
  rateDelayMs: 1,
  longestWaitMs: 5000,
  random: () => 1,
};

async function triesOf(cost: 'paid' | 'free', error: FramesongError, rules = RULES): Promise<number> {
  let tries = 0;
  const signal = new AbortController().signal;
  const thrown: unknown = await repeatWhereSafe(rules, { cost }, signal, () => {
    tries += 1;
    return Promise.reject(error);
  }).catch((late: unknown) => late);
  expect(thrown).toMatchObject({ reason: error.reason, outcome: error.outcome });
  return tries;
}

const error = (details: Partial<ErrorDetails>): FramesongError =>
  new FramesongError('x', { code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED', ...details });

const refusal = (status: number, cost: 'paid' | 'free', headers: Record<string, string> = {}, words = {}) =>
  refusalError({ provider: 'p', status, headers, cost, words });

describe('a paid call', () => {
  it.each([
    ['could not be connected', error({ reason: 'PROVIDER_UNREACHABLE', outcome: 'not_sent' })],
    ['met a rate limit', refusal(429, 'paid')],
    ['met a rate limit in an older form', refusal(503, 'paid', { 'retry-after': '0' })],
    ['is told to try again by its header', refusal(409, 'paid', { 'x-should-retry': 'true' })],
    ['is told to try again in words', refusal(500, 'paid', {}, { mayRepeat: true })],
  ])('that %s is repeated', async (_, thrown) => {
    expect(await triesOf('paid', thrown)).toBe(3);
  });

  it.each([
    ['400', refusal(400, 'paid')],
    ['401', refusal(401, 'paid')],
    ['402', refusal(402, 'paid')],
    ['403', refusal(403, 'paid')],
    ['500', refusal(500, 'paid')],
    ['502', refusal(502, 'paid')],
    ['503 without a time', refusal(503, 'paid')],
    ['504', refusal(504, 'paid')],
    ['429 of a used-up quota', refusal(429, 'paid', { 'retry-after': '0' }, { kind: 'quota' })],
    ['429 that forbids it', refusal(429, 'paid', { 'x-should-retry': 'false' })],
    ['moderation', refusal(400, 'paid', {}, { kind: 'moderation' })],
    ['a lost answer', error({ reason: 'PROVIDER_CONNECTION_LOST', outcome: 'sent_unknown' })],
    ['a timeout', error({ code: 'DEADLINE_EXCEEDED', reason: 'PROVIDER_TIMEOUT', outcome: 'sent_unknown' })],
    ['a lost result', error({ reason: 'PROVIDER_ANSWER_INVALID', outcome: 'billed' })],
    ['a full house of ours', error({ code: 'RESOURCE_EXHAUSTED', reason: 'PROVIDER_BUSY', outcome: 'not_sent' })],
  ])('is never repeated after %s', async (_, thrown) => {
    expect(await triesOf('paid', thrown)).toBe(1);
  });

  it('is not repeated when the provider asks for more time than there is', async () => {
    expect(await triesOf('paid', refusal(429, 'paid', { 'retry-after': '6' }))).toBe(1);
  });

  it('tells its caller when to come back, also where the provider does not say', async () => {
    const signal = new AbortController().signal;
    const failing = repeatWhereSafe(RULES, { cost: 'paid' }, signal, () => Promise.reject(refusal(429, 'paid')));
    await expect(failing).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', retryAfterMs: 5 });
  });

  it('that is cancelled while it waits keeps what the last try has cost', async () => {
    const abort = new AbortController();
    const failing = repeatWhereSafe({ ...RULES, rateDelayMs: 4000 }, { cost: 'paid' }, abort.signal, () => {
      setImmediate(() => abort.abort());
      return Promise.reject(refusal(429, 'paid'));
    });
    await expect(failing).rejects.toMatchObject({ code: 'CANCELLED', outcome: 'rejected' });
  });
});

describe('a free call', () => {
  it.each([
    ['500', refusal(500, 'free'), 3],
    ['503', refusal(503, 'free'), 3],
    ['429', refusal(429, 'free'), 3],
    ['a lost connection', error({ reason: 'PROVIDER_CONNECTION_LOST' }), 3],
    ['silence', error({ code: 'DEADLINE_EXCEEDED', metadata: { stage: 'first byte' } }), 3],
    ['401', refusal(401, 'free'), 1],
    ['404', refusal(404, 'free'), 1],
    ['an answer without end', error({ reason: 'PROVIDER_ANSWER_TOO_LARGE' }), 1],
  ])('after %s is tried as often as makes sense', async (_, thrown, tries) => {
    expect(await triesOf('free', thrown)).toBe(tries);
  });
});
