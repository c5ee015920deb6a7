import { refusalError, shortened } from './refusals.ts';

describe('a refusal', () => {
  it.each([
    [400, 'INVALID_ARGUMENT', 'PROVIDER_REFUSED_REQUEST', 'rejected'],
    [401, 'FAILED_PRECONDITION', 'PROVIDER_KEY_REFUSED', 'rejected'],
    [402, 'FAILED_PRECONDITION', 'PROVIDER_BALANCE', 'rejected'],
    [403, 'FAILED_PRECONDITION', 'PROVIDER_ACCESS_DENIED', 'rejected'],
    [404, 'FAILED_PRECONDITION', 'PROVIDER_NOT_FOUND', 'rejected'],
    [408, 'UNAVAILABLE', 'PROVIDER_FAILED', 'rejected'],
    [409, 'INVALID_ARGUMENT', 'PROVIDER_REFUSED_REQUEST', 'rejected'],
    [413, 'INVALID_ARGUMENT', 'PROVIDER_REQUEST_TOO_LARGE', 'rejected'],
    [422, 'INVALID_ARGUMENT', 'PROVIDER_REFUSED_REQUEST', 'rejected'],
    [307, 'FAILED_PRECONDITION', 'PROVIDER_REDIRECTS', 'rejected'],
    [429, 'RESOURCE_EXHAUSTED', 'PROVIDER_RATE_LIMIT', 'rejected'],
    [500, 'UNAVAILABLE', 'PROVIDER_FAILED', 'sent_unknown'],
    [502, 'UNAVAILABLE', 'PROVIDER_FAILED', 'sent_unknown'],
    [503, 'UNAVAILABLE', 'PROVIDER_FAILED', 'sent_unknown'],
    [504, 'UNAVAILABLE', 'PROVIDER_FAILED', 'sent_unknown'],
  ])('with status %d is %s, %s, %s', (status, code, reason, outcome) => {
    expect(refusalError({ provider: 'p', status, headers: {}, cost: 'paid' })).toMatchObject({ code, reason, outcome });
    expect(refusalError({ provider: 'p', status, headers: {}, cost: 'free' }).outcome).toBeUndefined();
  });

  it("keeps the provider's own status, code, words and request id", () => {
    const error = refusalError({
      provider: 'jiekou',
      status: 400,
      headers: { 'x-request-id': 'req-1' },
      cost: 'paid',
      words: { code: 'INVALID_REQUEST_BODY', message: 'size is wrong' },
    });
    expect(error.message).toBe('jiekou refused with status 400: "size is wrong": change the request');
    expect(error.metadata).toEqual({
      provider: 'jiekou',
      providerStatus: '400',
      providerCode: 'INVALID_REQUEST_BODY',
      providerMessage: 'size is wrong',
      providerRequestId: 'req-1',
    });
  });

  it('quotes words only in a form that is fit to be shown', () => {
    expect(shortened(' one\n\ttwo\u0000\u202e ')).toBe('one two');
    expect(shortened(`bad image ${'QUJD'.repeat(500)} end`)).toBe('bad image ... end');
    expect(shortened('word '.repeat(200))).toHaveLength(303);
  });
});
