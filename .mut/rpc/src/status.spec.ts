import { Metadata, status as grpcStatus } from '@grpc/grpc-js';
import { Status } from '@framesong/contracts/google/rpc/status';
import { FramesongError, invalidArgument, toPlainError } from '@framesong/errors';
import { durationOfMs, msOfDuration } from './durations.ts';
import { errorOfRpcStatus, errorOfStatus, rpcStatusOf, statusObjectOf } from './status.ts';

describe('errors on the wire', () => {
  it('keep everything but their cause', () => {
    const error = new FramesongError('the image is gone', {
      code: 'NOT_FOUND',
      reason: 'ARTIFACT_NOT_FOUND',
      retryAfterMs: 1234.5,
      outcome: 'sent_unknown',
      violations: [
        { field: 'scene', description: 'is required' },
        { field: 'size.width', description: 'must be 64 to 4096' },
      ],
      resource: { type: 'artifact', name: 'sha256:00' },
      metadata: { stage: 'fetch' },
      cause: new Error('secret'),
    });
    const copy = errorOfRpcStatus(Status.decode(Status.encode(rpcStatusOf(error)).finish()));
    expect(copy).toMatchObject(toPlainError(error));
    expect(copy.cause).toBeUndefined();
  });

  it('say to a client that knows only google.rpc which precondition failed', () => {
    const error = new FramesongError('too small', { code: 'FAILED_PRECONDITION', reason: 'BUDGET_NOT_MET' });
    const types = rpcStatusOf(error).details.map(({ typeUrl }) => typeUrl);
    expect(types).toEqual([
      'type.googleapis.com/google.rpc.ErrorInfo',
      'type.googleapis.com/google.rpc.PreconditionFailure',
    ]);
  });

  it.each([
    [
      'of many violations',
      invalidArgument(Array.from({ length: 300 }, (_, i) => ({ field: `f${i}`, description: 'x'.repeat(100) }))),
    ],
    ['of one long violation in Chinese', invalidArgument([{ field: 'lyrics', description: '歌'.repeat(10_000) }])],
    [
      'of large metadata',
      new FramesongError('歌'.repeat(10_000), {
        code: 'ABORTED',
        reason: 'LARGE',
        metadata: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key${i}`, '歌'.repeat(500)])),
      }),
    ],
  ])('stay below what other clients can take, %s', (_, error) => {
    const { details, metadata } = statusObjectOf(error, new Metadata());
    const packed = metadata.get('grpc-status-details-bin')[0] as Buffer;
    expect(encodeURI(details).length).toBeLessThanOrEqual(3 * 1024);
    expect(packed.length).toBeLessThanOrEqual(4096);
    expect(errorOfRpcStatus(Status.decode(packed))).toMatchObject({ code: error.code, reason: error.reason });
  });

  it.each([Number.NaN, Infinity, -Infinity, -1, 1e300])('take any retry advice, even %d ms', (retryAfterMs) => {
    const error = new FramesongError('busy', { code: 'RESOURCE_EXHAUSTED', reason: 'BUSY', retryAfterMs });
    expect(errorOfStatus(statusObjectOf(error, new Metadata())).reason).toBe('BUSY');
  });

  it('are read by the code on the wire when the details contradict it', () => {
    const { metadata } = statusObjectOf(new FramesongError('a', { code: 'ABORTED', reason: 'A' }), new Metadata());
    const error = errorOfStatus({ code: grpcStatus.UNAVAILABLE, details: 'b', metadata });
    expect(error).toMatchObject({ code: 'UNAVAILABLE', message: 'b' });
  });

  it('are read without details that do not parse', () => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from('ffffff', 'hex'));
    const error = errorOfStatus({ code: grpcStatus.NOT_FOUND, details: 'gone', metadata });
    expect(error).toMatchObject({ code: 'NOT_FOUND', message: 'gone' });
  });
});

describe('durations', () => {
  it.each([0, 1, 999.9999999, 1000, 1500.25, -1500.25, 86_400_000])('carry %d ms there and back', (ms) => {
    const duration = durationOfMs(ms);
    expect(Math.abs(duration.nanos)).toBeLessThan(1e9);
    expect(msOfDuration(duration)).toBeCloseTo(ms, 3);
  });
});
