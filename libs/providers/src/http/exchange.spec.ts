import { exchangeError, type Exchange } from './exchange.ts';
import { refusalError } from './refusals.ts';

const exchange = (changes: Partial<Exchange> = {}): Exchange => ({
  progress: 'sent',
  cost: 'paid',
  provider: 'p',
  ...changes,
});
const quiet = new AbortController().signal;
const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const refusal = (cost: 'paid' | 'free') => refusalError({ provider: 'p', status: 402, headers: {}, cost });

describe('a failure of an exchange', () => {
  it.each([
    ['waiting', 'PROVIDER_UNREACHABLE', 'not_sent'],
    ['sent', 'PROVIDER_CONNECTION_LOST', 'sent_unknown'],
    ['accepted', 'PROVIDER_CONNECTION_LOST', 'billed'],
  ] as const)('that was %s is %s, %s', (progress, reason, outcome) => {
    expect(exchangeError(exchange({ progress }), quiet, reset)).toMatchObject({ reason, outcome });
    const free = exchangeError(exchange({ progress, cost: 'free' }), quiet, reset);
    expect([free.reason, free.outcome]).toEqual([reason, undefined]);
  });

  it.each([
    ['waiting', 'not_sent'],
    ['sent', 'sent_unknown'],
    ['accepted', 'billed'],
  ] as const)('by a cancel while it was %s is %s', (progress, outcome) => {
    const error = exchangeError(exchange({ progress }), AbortSignal.abort(), reset);
    expect(error).toMatchObject({ code: 'CANCELLED', outcome });
  });

  it('that was refused stays refused when the caller leaves while the words are read', () => {
    const error = exchangeError(exchange(), AbortSignal.abort(), refusal('paid'));
    expect(error).toMatchObject({ code: 'CANCELLED', outcome: 'rejected' });
  });

  it('of a free call says nothing about money, whoever made the error', () => {
    expect(exchangeError(exchange({ cost: 'free' }), quiet, refusal('paid')).outcome).toBeUndefined();
  });

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'by the certificate fault %s is for the operator, and not sent',
    (code) => {
      const thrown = Object.assign(new Error('x'), { code });
      expect(exchangeError(exchange({ progress: 'waiting' }), quiet, thrown)).toMatchObject({
        code: 'FAILED_PRECONDITION',
        reason: 'PROVIDER_CERTIFICATE',
        outcome: 'not_sent',
      });
    },
  );
});
