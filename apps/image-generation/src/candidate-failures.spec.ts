import type { PlainError } from '@framesong/errors';
import { noneMade, wouldFailAgain } from './candidate-failures.ts';

const failure = (code: PlainError['code'], outcome?: PlainError['outcome']): PlainError => ({
  code,
  reason: code,
  message: `it was ${code}`,
  ...(outcome && { outcome }),
});

describe('candidates that were not made', () => {
  it('are not tried with other seeds where the request itself was refused before it left', () => {
    expect(wouldFailAgain(failure('INVALID_ARGUMENT', 'not_sent'))).toBe(true);
    expect(wouldFailAgain(failure('FAILED_PRECONDITION'))).toBe(true);
    // What a provider refuses of one picture it may make of another.
    expect(wouldFailAgain(failure('INVALID_ARGUMENT', 'rejected'))).toBe(false);
    expect(wouldFailAgain(failure('UNAVAILABLE', 'not_sent'))).toBe(false);
  });

  it('fail the job with the error that is worst for the money, and the others beside it', () => {
    const candidates = (['rejected', 'billed', 'sent_unknown'] as const).map((outcome, index) => ({
      number: index + 1,
      seed: index,
      error: failure('UNAVAILABLE', outcome),
    }));
    const error = noneMade(candidates, 3);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', outcome: 'billed' });
    expect(error.message).toBe(
      'none of 3 candidates was made; candidate 2: it was UNAVAILABLE; candidate 1 (rejected): it was UNAVAILABLE; candidate 3 (sent_unknown): it was UNAVAILABLE',
    );
    expect(noneMade(candidates.slice(0, 1), 1).message).toBe('it was UNAVAILABLE');
  });
});
