import type { FirstFrame, FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { FirstFrame as FirstFrameMessage } from '@framesong/contracts/image/v1/first_frame';
import { JobState, type Job } from '@framesong/contracts/job/v1/job';
import { toFramesongError, type FramesongError } from '@framesong/errors';
import { errorOfRpcStatus, type CallOptions } from '@framesong/rpc';
import type { Stack } from './stack.ts';

const LIMIT_MS = 60_000;

/** Makes a frame by GenerateFirstFrame. */
export async function generate(
  stack: Stack,
  request: FirstFrameRequest,
  options: CallOptions = {},
): Promise<FirstFrame> {
  const answers = stack.framesong.imageGeneration.rpc.generateFirstFrame(
    { request, detachOnDisconnect: false },
    { timeoutMs: LIMIT_MS, ...options },
  );
  for await (const { part } of answers) if (part?.$case === 'frame') return part.value;
  throw new Error('GenerateFirstFrame ended without a frame');
}

/** Submits a frame and returns the accepted job. */
export async function submit(stack: Stack, request: FirstFrameRequest, options: CallOptions = {}): Promise<Job> {
  const { job } = await stack.framesong.imageGeneration.rpc.submitFirstFrame({ request }, options);
  return job!;
}

/** The job once it has ended. */
export async function ended(stack: Stack, jobId: string): Promise<Job> {
  const { job } = await stack.framesong.imageGeneration.jobs.waitJob({ jobId }, { timeoutMs: LIMIT_MS });
  return job!;
}

/** The job as it stands. */
export async function jobNow(stack: Stack, jobId: string): Promise<Job> {
  const { job } = await stack.framesong.imageGeneration.jobs.getJob({ jobId });
  return job!;
}

/** The frame that a job has made. */
export function frameOf(job: Job): FirstFrame {
  if (job.state !== JobState.SUCCEEDED)
    throw new Error(`${job.id} is ${stateName(job.state)}: ${job.error?.message ?? ''}`);
  return FirstFrameMessage.decode(job.result!.value);
}

/** What a call fails with. */
export async function failure(call: Promise<unknown>): Promise<FramesongError> {
  return call.then(
    (value) => Promise.reject(new Error(`succeeded with ${typeof value}`)),
    (thrown: unknown) => toFramesongError(thrown),
  );
}

/** What SubmitFirstFrame, or else the job that it has accepted, fails with. */
export async function failureOfSubmitted(stack: Stack, request: FirstFrameRequest): Promise<FramesongError> {
  let job: Job;
  try {
    job = await submit(stack, request);
  } catch (thrown) {
    return toFramesongError(thrown);
  }
  const { state, error } = await ended(stack, job.id);
  if (state !== JobState.FAILED) throw new Error(`${job.id} is ${stateName(state)}`);
  return errorOfRpcStatus(error!);
}

/** `RUNNING` for 2, and so on. */
export function stateName(state: JobState): string {
  return Object.entries(JobState).find(([, value]) => value === state)?.[0] ?? String(state);
}
