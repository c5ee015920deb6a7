import { chooseTimeout, type ChosenTimeout } from '@framesong/estimates';
import { errorOfSignal, toFramesongError } from '@framesong/errors';
import { untilDatabaseAnswers } from '../database.ts';
import type { JobStore } from '../job-store.ts';
import type { ActiveRun } from '../run/active-run.ts';
import type { DurationKey } from './duration-key.ts';
import { workloadOf } from './run-durations.ts';
import { createSilenceWatch, type LongSilence, type SilenceWatch } from './silence-watch.ts';

/** Between which limits a silence may last. */
export interface SilenceRange {
  readonly floorMs: number;
  /** While too little is known. */
  readonly coldStartMs: number;
  readonly ceilingMs: number;
}

/** Who is listened to, and what is waited for. */
export interface SilenceLimits<Phase extends string> {
  /** For people: `engine tones`. */
  readonly who: string;
  /** What is waited for, one after the other or in turns; each has a history of its own. */
  readonly phases: Readonly<Record<Phase, SilenceRange>>;
  /** Where large work is silent for longer than small work. Default: all silences of one kind of work are alike. */
  readonly sizeClass?: string;
  /** Stops the work too. Default: the signal of the job, which stops it in any case. */
  readonly signal?: AbortSignal;
  /** Told once per silence, at half of its limit. */
  readonly onSilent?: (silence: LongSilence<Phase>) => void;
}

/** What work that is listened to is given. */
export type Listening<Phase extends string> = Pick<SilenceWatch<Phase>, 'signal' | 'heard'>;

const ANY_SIZE = 'any';

/**
 * Does `work`, and stops it when nothing is heard of it for longer than such work is usually silent. What a silence was is
 * known when it ends, so of each phase the longest one of the whole work goes into its history.
 * @throws FramesongError DEADLINE_EXCEEDED `STALLED` naming the phase, with the outcome of what the work throws then;
 * whatever the work throws
 */
export async function runWithSilenceLimits<Phase extends string, T>(
  store: JobStore,
  run: ActiveRun,
  { who, phases, sizeClass = ANY_SIZE, signal, onSilent }: SilenceLimits<Phase>,
  work: (listening: Listening<Phase>) => Promise<T>,
): Promise<T> {
  const { model } = workloadOf(store, run.row) ?? { model: run.row.kind };
  const keyOf = (phase: string): DurationKey => ({ model, sizeClass, stage: `silence before ${phase}` });
  const stopped = AbortSignal.any([run.limits.signal, ...(signal ? [signal] : [])]);
  const choose = async ([phase, range]: [string, SilenceRange]): Promise<[string, ChosenTimeout]> => {
    const history = await untilDatabaseAnswers(() => store.durations.history(keyOf(phase)), stopped);
    return [phase, chooseTimeout({ history, ...range })];
  };
  const limits = Object.fromEntries(await Promise.all(Object.entries<SilenceRange>(phases).map(choose))) as Record<
    Phase,
    ChosenTimeout
  >;
  const watch = createSilenceWatch({ who, limits, onSilent });
  try {
    const value = await work({ signal: AbortSignal.any([stopped, watch.signal]), heard: (next) => watch.heard(next) });
    for (const [phase, durationMs] of watch.longestMs()) {
      store.durations.record(keyOf(phase), { durationMs, outcome: 'ended' });
    }
    return value;
  } catch (thrown) {
    const silence = watch.stalled();
    if (silence === undefined || stopped.aborted) throw thrown;
    const outcome = silence.limitMs >= phases[silence.phase].ceilingMs ? 'hung' : 'timed_out';
    store.durations.record(keyOf(silence.phase), { durationMs: silence.limitMs, outcome });
    // What the work knows of its money counts more than that it was silent.
    const money = toFramesongError(thrown).outcome;
    const error = errorOfSignal(watch.signal);
    throw money === undefined ? error : error.with({ outcome: money });
  } finally {
    watch.stop();
  }
}
