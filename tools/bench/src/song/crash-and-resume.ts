import { setTimeout as delay } from 'node:timers/promises';
import { submitSong, watchJob } from '@framesong/client';
import { HealthCheckResponse_ServingStatus as Serving } from '@framesong/contracts/health';
import type { JobEvent } from '@framesong/contracts/job/v1/job';
import type { BenchStack } from '../processes/bench-stack.ts';
import { songRequest } from './song-request.ts';

/** How long it took after `kill -9` until the work on a song went on. */
export interface Resumed {
  /** From the start of the new process until it said SERVING. */
  readonly servingMs: number;
  /** From SERVING until the job's next event; negative when the work went on before. */
  readonly afterServingMs: number;
}

const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 5;

/** Kills the service once a section of a song is rendered, starts it again, and waits for the work to go on. */
export async function crashAndResume(stack: BenchStack, seconds: number): Promise<Resumed> {
  const { music } = stack.framesong;
  const job = await submitSong(music, songRequest(seconds), { timeoutMs: LIMIT_MS });
  const first = await eventOf(stack, job.id, 0, ({ message }) => message.startsWith('section 1 of'));
  await stack.service('music').end('SIGKILL');

  const startedAtEpochMs = Date.now();
  stack.restart('music');
  // Some events may have been stored after the one that was waited for and before the kill.
  const next = eventOf(stack, job.id, Number(first.sequence), ({ time }) => (time?.getTime() ?? 0) >= startedAtEpochMs);
  await serving(stack);
  const servingAtEpochMs = Date.now();
  // The time that the service gave it: the way to this process is not what is asked.
  const resumedAtEpochMs = (await next).time?.getTime() ?? NaN;
  await music.jobs.cancelJob({ jobId: job.id, reason: '' }, { timeoutMs: LIMIT_MS });
  await music.jobs.waitJob({ jobId: job.id }, { timeoutMs: LIMIT_MS });
  return { servingMs: servingAtEpochMs - startedAtEpochMs, afterServingMs: resumedAtEpochMs - servingAtEpochMs };
}

async function eventOf(
  { framesong }: BenchStack,
  jobId: string,
  afterSequence: number,
  matches: (event: JobEvent) => boolean,
): Promise<JobEvent> {
  for await (const event of watchJob(framesong.music.jobs, jobId, { afterSequence, timeoutMs: LIMIT_MS })) {
    if (matches(event)) return event;
  }
  throw new Error('the song ended too early to be interrupted');
}

async function serving({ framesong }: BenchStack): Promise<void> {
  for (const until = Date.now() + LIMIT_MS; Date.now() < until;) {
    const answer = framesong.music.health.check({ service: '' }, { timeoutMs: 1_000 });
    const status = await answer.then((told) => told.status).catch(() => Serving.UNKNOWN);
    if (status === Serving.SERVING) return;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error('music did not serve again');
}
