import { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { Job, JobState } from '@framesong/contracts/job/v1/job';
import { FramesongError } from '@framesong/errors';
import { durationOfMs, rpcStatusOf } from '@framesong/rpc';
import { protoJson } from './proto-json.ts';

const TYPE = 'type.googleapis.com/framesong.image.v1.FirstFrameRequest';

describe('a message as JSON', () => {
  it('has enums by name, 64-bit numbers as texts, and durations and times as texts', () => {
    const job = Job.fromPartial({
      id: 'frame_1',
      state: JobState.RUNNING,
      lastSequence: 12n,
      runTime: durationOfMs(1500),
      runTimeout: durationOfMs(0),
      createTime: new Date(0),
      labels: new Map([['film', 'one']]),
    });
    expect(protoJson(Job, job)).toEqual({
      id: 'frame_1',
      state: 'JOB_STATE_RUNNING',
      lastSequence: '12',
      runTime: '1.500s',
      runTimeout: '0s',
      createTime: '1970-01-01T00:00:00.000Z',
      labels: { film: 'one' },
    });
  });

  it('shows what an Any holds, without bytes', () => {
    const request = FirstFrameRequest.fromPartial({
      requestId: 'mine',
      scene: { source: { $case: 'inline', value: Buffer.from('a picture') } },
    });
    const value = Buffer.from(FirstFrameRequest.encode(request).finish());
    const json = protoJson(Job, Job.fromPartial({ effectiveRequest: { typeUrl: TYPE, value } }));
    expect(json).toEqual({ effectiveRequest: { '@type': TYPE, requestId: 'mine', scene: {} } });
  });

  it('names the type of an Any that it does not know, and the details of errors', () => {
    const result = { typeUrl: 'type.googleapis.com/other.Thing', value: Buffer.from('x') };
    const error = rpcStatusOf(new FramesongError('busy', { code: 'UNAVAILABLE', reason: 'BUSY', retryAfterMs: 500 }));
    expect(protoJson(Job, Job.fromPartial({ result, error }))).toMatchObject({
      result: { '@type': 'type.googleapis.com/other.Thing' },
      error: { message: 'busy', details: [{ reason: 'BUSY' }, { retryDelay: '0.500s' }] },
    });
  });
});
