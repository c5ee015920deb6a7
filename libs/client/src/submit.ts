import { randomUUID } from 'node:crypto';
import type { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import type { Job } from '@framesong/contracts/job/v1/job';
import type { SongRequest } from '@framesong/contracts/music/v1/song';
import { FramesongError } from '@framesong/errors';
import type { CallOptions } from '@framesong/rpc';
import type { Framesong } from './framesong.ts';
import { repeat } from './repeat.ts';

/**
 * Submits a first frame as a job. A request without `requestId` gets one, so that it can be repeated while the service is
 * away without doing the work twice.
 * @throws FramesongError as SubmitFirstFrame; UNAVAILABLE after five tries
 */
export function submitFirstFrame(
  { rpc }: Pick<Framesong['imageGeneration'], 'rpc'>,
  request: FirstFrameRequest,
  options: CallOptions = {},
): Promise<Job> {
  const named = { ...request, requestId: request.requestId || randomUUID() };
  return repeat(options, async (left) => accepted((await rpc.submitFirstFrame({ request: named }, left)).job));
}

/**
 * Submits a song as a job. A request without `requestId` gets one, as in {@link submitFirstFrame}.
 * @throws FramesongError as SubmitSong; UNAVAILABLE after five tries
 */
export function submitSong(
  { rpc }: Pick<Framesong['music'], 'rpc'>,
  request: SongRequest,
  options: CallOptions = {},
): Promise<Job> {
  const named = { ...request, requestId: request.requestId || randomUUID() };
  return repeat(options, async (left) => accepted((await rpc.submitSong({ request: named }, left)).job));
}

function accepted(job: Job | undefined): Job {
  if (job) return job;
  throw new FramesongError('the service accepted the request and named no job', { code: 'INTERNAL', reason: 'NO_JOB' });
}
