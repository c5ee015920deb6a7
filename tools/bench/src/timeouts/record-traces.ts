import type { Job } from '@framesong/contracts/job/v1/job';
import { msOfDuration } from '@framesong/rpc';
import { drawFrameInput } from '../first-frame/frame-input.ts';
import { prepareRequest } from '../first-frame/service-run.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { startBenchStack, type BenchStack } from '../processes/bench-stack.ts';
import { songRequest } from '../song/song-request.ts';
import type { Recorded } from './comparisons.ts';

const LIMIT_MS = 600_000;
/** Stages of the worker processes, as jobs tell them. */
const COMPOSE = 'compose';
const RENDER = 'render';

/** Makes pictures and songs by the real services, several at once, and reads from their jobs how long the engines took. */
export async function recordTraces(frames: number, songs: number): Promise<Recorded> {
  await using folder = await makeBenchFolder();
  const input = await drawFrameInput(folder.path);
  await using stack = await startBenchStack(['compression', 'image-generation', 'music'], folder.path);
  const request = await prepareRequest(stack.framesong, input);
  const composeJobs = await Promise.all(
    Array.from({ length: frames }, async (_, seed) => {
      const { rpc, jobs } = stack.framesong.imageGeneration;
      const { job } = await rpc.submitFirstFrame({ request: { ...request, seed } }, { timeoutMs: LIMIT_MS });
      return ended(jobs, job!.id);
    }),
  );
  const renderJobs = await Promise.all(
    Array.from({ length: songs }, async (_, seed) => {
      const { rpc, jobs } = stack.framesong.music;
      const { job } = await rpc.submitSong({ request: { ...songRequest(20), seed } }, { timeoutMs: LIMIT_MS });
      return ended(jobs, job!.id);
    }),
  );
  return { composeSeconds: secondsOf(composeJobs, COMPOSE), renderSeconds: secondsOf(renderJobs, RENDER) };
}

async function ended(jobs: BenchStack['framesong']['music']['jobs'], jobId: string): Promise<Job> {
  const { job } = await jobs.waitJob({ jobId }, { timeoutMs: LIMIT_MS });
  return job!;
}

function secondsOf(jobs: readonly Job[], stage: string): number[] {
  return jobs
    .flatMap(({ stages }) => stages)
    .filter(({ name, errorType }) => name === stage && errorType === '')
    .map(({ duration }) => (msOfDuration(duration) ?? 0) / 1000);
}
