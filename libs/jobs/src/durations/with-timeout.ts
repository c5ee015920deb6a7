import { chooseTimeout, type ChosenTimeout, type DurationOutcome } from '@framesong/estimates';
import { errorOfSignal, FramesongError, toFramesongError } from '@framesong/errors';
import { annotate, ATTR } from '@framesong/telemetry';
import { untilDatabaseAnswers } from '../database.ts';
import type { JobStore } from '../job-store.ts';
import type { ActiveRun } from '../run/active-run.ts';
import { storedJson } from '../stored-json.ts';
import type { DurationKey } from './duration-key.ts';
import { workloadOf } from './run-durations.ts';
import type { StageTimeout } from './stage-timeout.ts';

/** Why work was stopped: it took longer than the timeout that was chosen for it. */
export const STAGE_TIMEOUT = 'STAGE_TIMEOUT';

/** What is timed, and between which limits. */
export interface TimeoutLimits {
  /** Unique within the job, for whoever looks at it. */
  readonly name: string;
  /** Which history it belongs to; the same in all jobs. */
  readonly stage: string;
  /** Default: that of the job. */
  readonly model?: string;
  /** Default: that of the job. */
  readonly sizeClass?: string;
  /** No timeout is shorter; cut down to the ceiling. */
  readonly floorMs: number;
  /** No timeout is longer, and the first ones, while too little is known, are this long. */
  readonly ceilingMs: number;
  /** Stops the work too. Default: the signal of the job, which stops it in any case. */
  readonly signal?: AbortSignal;
  /** The clock starts only with `startClock`: waiting for a free place is no part of the work. */
  readonly startsLater?: boolean;
}

/** What timed work is given. */
export interface TimedWork {
  /** Fires when the time is up, and with the signals of job and limits. */
  readonly signal: AbortSignal;
  /** Begins to count, anew when it counted already. */
  startClock(): void;
}

/**
 * Does `work` within a timeout from the history of such work, notes the timeout with the job, and adds to the history how long
 * it took.
 * @throws FramesongError DEADLINE_EXCEEDED `STAGE_TIMEOUT` when the time is up, with the outcome of what the work throws then;
 * whatever the work throws
 */
export async function runWithTimeout<T>(
  store: JobStore,
  run: ActiveRun,
  limits: TimeoutLimits,
  work: (timed: TimedWork) => Promise<T>,
): Promise<T> {
  const workload = workloadOf(store, run.row) ?? { model: run.row.kind, sizeClass: 'any' };
  const { model = workload.model, sizeClass = workload.sizeClass, stage } = limits;
  const key: DurationKey = { model, sizeClass, stage };
  const stopped = AbortSignal.any([run.limits.signal, ...(limits.signal ? [limits.signal] : [])]);
  const history = await untilDatabaseAnswers(() => store.durations.history(key), stopped);
  const chosen = chooseTimeout({ history, floorMs: limits.floorMs, ceilingMs: limits.ceilingMs });
  await untilDatabaseAnswers(() => note(run, limits.name, chosen), stopped);
  annotate({
    [ATTR.providerTimeout]: chosen.timeoutMs / 1000,
    [ATTR.timeoutBasis]: chosen.basis,
    [ATTR.timeoutSamples]: chosen.sampleCount,
  });
  const clock = createClock(chosen, limits);
  const remember = (outcome: DurationOutcome): void => {
    const durationMs = clock.elapsedMs();
    if (durationMs !== undefined) store.durations.record(key, { durationMs, outcome });
  };
  if (!limits.startsLater) clock.start();
  try {
    const signal = AbortSignal.any([stopped, clock.signal]);
    const value = await work({ signal, startClock: clock.start });
    remember('ended');
    return value;
  } catch (thrown) {
    if (stopped.aborted) remember('stopped');
    if (stopped.aborted || !clock.signal.aborted) throw thrown;
    remember(chosen.timeoutMs >= limits.ceilingMs ? 'hung' : 'timed_out');
    throw withOutcomeOf(thrown, errorOfSignal(clock.signal));
  } finally {
    clock.stop();
  }
}

/** What the work knows of its money counts more than that its time was up. */
function withOutcomeOf(thrown: unknown, error: FramesongError): FramesongError {
  const { outcome } = toFramesongError(thrown);
  return outcome === undefined ? error : error.with({ outcome });
}

interface Clock {
  readonly signal: AbortSignal;
  readonly start: () => void;
  /** Undefined before it was started. */
  elapsedMs(): number | undefined;
  stop(): void;
}

function createClock({ timeoutMs, why }: ChosenTimeout, { name }: TimeoutLimits): Clock {
  const controller = new AbortController();
  let startedAtMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const expire = (): void => controller.abort(timedOut(name, timeoutMs, why));
  return {
    signal: controller.signal,
    start() {
      clearTimeout(timer);
      startedAtMs = performance.now();
      timer = setTimeout(expire, timeoutMs);
    },
    elapsedMs: () => (startedAtMs === undefined ? undefined : performance.now() - startedAtMs),
    stop: () => clearTimeout(timer),
  };
}

function timedOut(name: string, timeoutMs: number, why: string): FramesongError {
  return new FramesongError(`${name} took longer than its timeout of ${timeoutMs / 1000} s (${why})`, {
    code: 'DEADLINE_EXCEEDED',
    reason: STAGE_TIMEOUT,
    metadata: { timeout_ms: String(timeoutMs), timeout_why: why },
  });
}

async function note(run: ActiveRun, name: string, chosen: ChosenTimeout): Promise<void> {
  const timeout: StageTimeout = { name, ...chosen, chosenAt: new Date().toISOString() };
  await run.database.query(
    `update job set timeouts = timeouts || jsonb_build_object($3::text, $4::jsonb) where id = $1 and run_token = $2`,
    [run.row.id, run.token, name, storedJson(timeout)],
  );
}
