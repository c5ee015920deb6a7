import type { Outlook } from '@framesong/contracts/job/v1/outlook';
import { isFinal, type Job, type Jobs } from '@framesong/jobs';
import { durationOfMs, type Language } from '@framesong/rpc';
import {
  basisMessage,
  expectedTimeMessage,
  MIN_SAMPLES,
  runTimeOf,
  sumOf,
  waitOf,
  type Estimate,
  type Interval,
} from './expected-times.ts';
import { waitNotice } from './wait-notice.ts';

/** What work of a kind is known to take: told while there is no history. */
export interface UsualTimes {
  /** From the first start to the end. */
  readonly run: Interval;
  /** From the begin of a stage to the end of the job, where more is known there. By the name of the stage. */
  readonly fromStage?: Readonly<Record<string, Interval>>;
  /** Silence of a running job that counts as stalled. */
  readonly silenceMs: number;
  /** Stages in which a job is stalled by its own word: since it last told a percentage. */
  readonly stalledStages?: readonly string[];
}

const STALLED_FACTOR = 3;
const MIN_SILENCE_MS = 15_000;

/** What is to be expected of a job; undefined when it has ended. */
export async function outlookOf(
  jobs: Jobs,
  job: Job,
  usual: UsualTimes,
  language: Language,
): Promise<Outlook | undefined> {
  if (isFinal(job.state)) return undefined;
  const [run, queuePosition, silence] = await Promise.all([
    jobs.remaining(job, defaultsOf(job, usual)),
    job.state === 'QUEUED' ? jobs.queues.position(job) : undefined,
    silenceLimit(jobs, job, usual),
  ]);
  // It ended meanwhile.
  if (run === undefined) return undefined;
  const place = queuePosition ?? 0;
  const remaining = place === 0 ? run : sumOf(await wait(jobs, job, place, usual), run);
  const saysSo = usual.stalledStages?.includes(job.stage ?? '') ?? false;
  const silentMs = Math.max(0, Date.now() - (saysSo ? job.percentAt : job.lastEventAt).getTime());
  const stalled = job.state === 'RUNNING' && (saysSo || silentMs > silence.limitMs);
  const notice = { remaining, queuePosition: place, stalledForMs: stalled ? silentMs : undefined };
  return {
    queuePosition: place,
    expectedRemaining: expectedTimeMessage(remaining),
    stalled,
    stalledAfter: durationOfMs(Math.round(silence.limitMs)),
    stalledAfterBasis: basisMessage(silence.basis),
    notice: waitNotice(notice, language),
  };
}

/** Of the whole run, as the history is: what is known from a stage on is set off by the time that has passed. */
function defaultsOf(job: Job, { run, fromStage }: UsualTimes): Interval {
  const stage = job.state === 'RUNNING' ? fromStage?.[job.stage ?? ''] : undefined;
  if (!stage) return run;
  const passedMs = Math.max(0, job.lastEventAt.getTime() - (job.startedAt ?? job.createdAt).getTime());
  return { lowMs: passedMs + stage.lowMs, highMs: passedMs + stage.highMs };
}

async function wait(jobs: Jobs, { queue, tenant }: Job, place: number, usual: UsualTimes): Promise<Estimate> {
  const status = await jobs.queues.status(queue, tenant);
  return waitOf(place, status, runTimeOf(status, usual.run));
}

async function silenceLimit(
  jobs: Jobs,
  { kind }: Job,
  { silenceMs }: UsualTimes,
): Promise<{ readonly limitMs: number; readonly basis: Estimate['basis'] }> {
  const { p99Ms, samples } = await jobs.usualSilence(kind);
  if (p99Ms === undefined || samples < MIN_SAMPLES) return { limitMs: silenceMs, basis: 'default' };
  return { limitMs: Math.max(MIN_SILENCE_MS, STALLED_FACTOR * p99Ms), basis: 'history' };
}
