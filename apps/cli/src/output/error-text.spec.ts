import { FramesongError, invalidArgument, invalidField, unavailable } from '@framesong/errors';
import { exitCodeOf } from '../exit-codes.ts';
import { errorJson, errorLines } from './error-text.ts';

describe('an error', () => {
  it('of one field is told in one line, of several each on its own', () => {
    expect(errorLines(invalidField('scene', 'is missing'))).toEqual(['framesong: INVALID_ARGUMENT: scene: is missing']);
    const both = invalidArgument([
      { field: 'scene', description: 'is missing' },
      { field: 'size.width', description: 'must be 64 to 4096' },
    ]);
    expect(errorLines(both)).toEqual([
      'framesong: INVALID_ARGUMENT: 2 faults',
      '  scene: is missing',
      '  size.width: must be 64 to 4096',
    ]);
  });

  it('says when a repeat may help, what was charged, and the trace id', () => {
    const error = new FramesongError('the queue is full', {
      code: 'RESOURCE_EXHAUSTED',
      reason: 'QUEUE_FULL',
      retryAfterMs: 2500,
      outcome: 'not_sent',
      metadata: { trace_id: 'abc' },
    });
    expect(errorLines(error).slice(1)).toEqual(['charged: not sent', 'retry: after 2.5 s', 'trace: abc']);
    expect(errorLines(unavailable('gone', 'GONE', 100)).at(-1)).toMatch(/framesong doctor/);
    expect(errorJson(error)).toMatchObject({ code: 'RESOURCE_EXHAUSTED', retryAfterMs: 2500, traceId: 'abc' });
  });

  it('ends with the exit code of its kind', () => {
    const codeOf = (code: FramesongError['code']) => exitCodeOf(new FramesongError('', { code, reason: 'TEST' }));
    expect(
      (['INTERNAL', 'INVALID_ARGUMENT', 'NOT_FOUND', 'ALREADY_EXISTS', 'UNAVAILABLE'] as const).map(codeOf),
    ).toEqual([1, 2, 3, 4, 5]);
    expect((['DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'UNAUTHENTICATED', 'CANCELLED'] as const).map(codeOf)).toEqual([
      6, 7, 8, 9,
    ]);
    const stopped = { code: 'CANCELLED', reason: 'INTERRUPTED', metadata: { signal: 'SIGTERM' } } as const;
    expect(exitCodeOf(new FramesongError('', stopped))).toBe(143);
    expect(exitCodeOf(new FramesongError('', { ...stopped, metadata: { signal: 'SIGINT' } }))).toBe(130);
  });
});
