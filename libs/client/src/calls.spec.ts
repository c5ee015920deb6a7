import { createHash } from 'node:crypto';
import {
  CompressionFacts,
  CompressionOptions,
  CompressionServiceService,
  type CompressImageStreamResponse,
} from '@framesong/contracts/compression/v1/compression_service';
import { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { ImageGenerationServiceService } from '@framesong/contracts/image/v1/image_generation_service';
import { Job, JobState } from '@framesong/contracts/job/v1/job';
import { StageTiming } from '@framesong/contracts/timing/v1/stage_timing';
import { FramesongError, unavailable } from '@framesong/errors';
import { bindService, durationOfMs, rpcStatusOf } from '@framesong/rpc';
import { compressImage } from './compress-image.ts';
import { errorOfJob, jobOwner } from './job-owner.ts';
import { listServices } from './list-services.ts';
import { durationText, stageTree } from './stage-tree.ts';
import { submitFirstFrame } from './submit.ts';
import { createMemoryArtifacts } from './testing/memory-artifacts.ts';
import { clientsOf, rejection, serve } from './testing/test-services.ts';

describe('a submit', () => {
  const submits = (answer: (requestId: string, count: number) => Job) => {
    const requestIds: string[] = [];
    const binding = bindService(
      { submitFirstFrame: ImageGenerationServiceService.submitFirstFrame },
      {
        submitFirstFrame: ({ request }) => {
          requestIds.push(request!.requestId);
          return Promise.resolve().then(() => ({ job: answer(request!.requestId, requestIds.length) }));
        },
      },
    );
    return { binding, requestIds };
  };

  it('whose answer was lost is repeated under the same request id', async () => {
    const { binding, requestIds } = submits((requestId, count) => {
      if (count === 1) throw unavailable('the answer is lost', 'TEST', 1);
      return Job.fromPartial({ id: 'frame_1', requestId });
    });
    await using service = await serve([binding]);
    using framesong = clientsOf(service.address);
    const job = await submitFirstFrame(framesong.imageGeneration, FirstFrameRequest.fromPartial({}));
    expect(job.id).toBe('frame_1');
    expect(requestIds).toHaveLength(2);
    expect(requestIds[0]).not.toBe('');
    expect(requestIds[1]).toBe(requestIds[0]);
  });

  it('keeps the request id of the caller', async () => {
    const { binding, requestIds } = submits(() => Job.fromPartial({ id: 'frame_1' }));
    await using service = await serve([binding]);
    using framesong = clientsOf(service.address);
    await submitFirstFrame(framesong.imageGeneration, FirstFrameRequest.fromPartial({ requestId: 'mine' }));
    expect(requestIds).toEqual(['mine']);
  });

  it('that is refused is not repeated', async () => {
    const { binding, requestIds } = submits(() => {
      throw new FramesongError('used with other content', { code: 'ALREADY_EXISTS', reason: 'TEST' });
    });
    await using service = await serve([binding]);
    using framesong = clientsOf(service.address);
    const submit = submitFirstFrame(framesong.imageGeneration, FirstFrameRequest.fromPartial({}));
    expect(await rejection(submit)).toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(requestIds).toHaveLength(1);
  });
});

describe('a compression', () => {
  it('whose result does not have its digest is done again', async () => {
    const image = Buffer.from('the small picture');
    let calls = 0;
    const binding = bindService(
      { compressImageStream: CompressionServiceService.compressImageStream },
      {
        compressImageStream: async function* (requests): AsyncGenerator<CompressImageStreamResponse> {
          for await (const { part } of requests) if (part?.$case === 'commit') break;
          const sha256 = createHash('sha256').update(image).digest('hex');
          yield { part: { $case: 'facts', value: CompressionFacts.fromPartial({ sha256 }) } };
          yield { part: { $case: 'chunk', value: ++calls === 1 ? image.subarray(1) : image } };
        },
      },
    );
    await using service = await serve([binding]);
    using framesong = clientsOf(service.address);
    const source = Buffer.from('the large picture');
    const { bytes } = await compressImage(framesong.compression, source, CompressionOptions.fromPartial({}));
    expect(bytes.equals(image)).toBe(true);
    expect(calls).toBe(2);
  });
});

describe('what a client tells', () => {
  it('the services of a server by reflection', async () => {
    await using service = await serve([createMemoryArtifacts().binding]);
    expect((await listServices(service.address)).sort()).toEqual([
      'framesong.artifact.v1.ArtifactService',
      'grpc.health.v1.Health',
    ]);
  });

  it('whose job it is by the prefix of its id', () => {
    using framesong = clientsOf('127.0.0.1:1');
    expect(jobOwner(framesong, 'song_1')).toBe(framesong.music);
    expect(jobOwner(framesong, 'frame_1')).toBe(framesong.imageGeneration);
    expect(() => jobOwner(framesong, 'film_1')).toThrow(/begin with frame_ or song_/);
  });

  it('why a job ended without result, and nothing of one that goes on', () => {
    const error = rpcStatusOf(new FramesongError('too dark', { code: 'FAILED_PRECONDITION', reason: 'DARK' }));
    const job = (state: JobState) => Job.fromPartial({ id: 'frame_1', state });
    expect(errorOfJob({ ...job(JobState.FAILED), error })).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'DARK',
    });
    expect(errorOfJob(job(JobState.CANCELLED))).toMatchObject({ code: 'CANCELLED', metadata: { job_id: 'frame_1' } });
    expect(errorOfJob(job(JobState.RUNNING))).toBeUndefined();
    expect(errorOfJob(job(JobState.SUCCEEDED))).toBeUndefined();
  });

  it('the stages of a work as a tree, with bars that show what ran when', () => {
    const stage = (name: string, startMs: number, ms: number, depth: number, errorType = '') =>
      StageTiming.fromPartial({
        name,
        startOffset: durationOfMs(startMs),
        duration: durationOfMs(ms),
        depth,
        errorType,
      });
    expect(
      stageTree([stage('fetch', 0, 500, 0), stage('compose', 500, 500, 0), stage('store', 900, 100, 1, 'INTERNAL')]),
    ).toEqual([
      'fetch                 500 ms  |############            |',
      'compose               500 ms  |            ############|',
      '  store (INTERNAL)    100 ms  |                     ## |',
    ]);
    expect([420, 3_400, 125_000].map(durationText)).toEqual(['420 ms', '3.4 s', '2 min 05 s']);
  });
});
