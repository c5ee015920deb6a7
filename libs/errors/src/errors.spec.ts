import {
  errorOfSignal,
  FramesongError,
  fromPlainError,
  INTERNAL_TEXT,
  invalidArgument,
  toFramesongError,
  toPlainError,
} from './index.ts';

describe('the one error class', () => {
  const error = new FramesongError('the provider is busy', {
    code: 'RESOURCE_EXHAUSTED',
    reason: 'PROVIDER_RATE',
    retryAfterMs: 1500,
    outcome: 'rejected',
    metadata: { provider: 'example' },
    cause: new Error('HTTP 429'),
  });

  it('crosses a process boundary as JSON and loses only its cause', () => {
    const copy = fromPlainError(JSON.parse(JSON.stringify(toPlainError(error))) as ReturnType<typeof toPlainError>);
    expect(toPlainError(copy)).toEqual(toPlainError(error));
    expect(copy.cause).toBeUndefined();
  });

  it('keeps its code when a message is prefixed, so that the text reads as the path that failed', () => {
    const outer = error.prefixed('generate').prefixed('first frame');
    expect(outer.message).toBe('first frame: generate: the provider is busy');
    expect(outer).toMatchObject({ code: 'RESOURCE_EXHAUSTED', retryAfterMs: 1500, outcome: 'rejected' });
  });

  it('hides what an unknown error says from the caller and keeps it as the cause', () => {
    const unknown = new TypeError('password=hunter2');
    expect(toFramesongError(unknown)).toMatchObject({ code: 'INTERNAL', message: INTERNAL_TEXT, cause: unknown });
  });

  it('names all faulty fields at once', () => {
    const fault = invalidArgument([
      { field: 'scene', description: 'is required' },
      { field: 'size.width', description: 'must be 64 to 4096, is 5' },
    ]);
    expect(fault.message).toBe('scene: is required; size.width: must be 64 to 4096, is 5');
    expect(fault.violations).toHaveLength(2);
  });

  it('tells a passed time limit from a cancel', () => {
    expect(errorOfSignal(AbortSignal.abort(error))).toBe(error);
    expect(errorOfSignal(AbortSignal.abort(new DOMException('', 'TimeoutError'))).code).toBe('DEADLINE_EXCEEDED');
    expect(errorOfSignal(AbortSignal.abort()).code).toBe('CANCELLED');
  });
});
