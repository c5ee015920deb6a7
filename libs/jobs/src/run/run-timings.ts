import { currentStages, STAGES, type StageTiming } from '@framesong/telemetry';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { JobRow } from '../job-row.ts';

/** Where the time of a job goes, over all of its attempts. Offsets count from the submission. */
export interface RunTimings {
  /** To be called inside of the recording of the work. */
  attach(): void;
  /** The newest of the steps that are being worked on. */
  runningStep(): StageTiming | undefined;
  /** Tells that a step begins; returns the function that tells its end. */
  enterStep(name: string): () => void;
  /** What has ended so far. */
  all(): StageTiming[];
  withRunningStep(): StageTiming[];
}

/** Stages of earlier attempts that are kept, so that a job that restarts for ever does not grow for ever. */
const MAX_EARLIER = 200;

export function createRunTimings(row: JobRow): RunTimings {
  const createdAtMs = row.created_at.getTime();
  const runOffsetMs = Math.max(0, Date.now() - createdAtMs);
  const wait: StageTiming = { name: STAGES.queueWait.name, startOffsetMs: 0, durationMs: runOffsetMs, depth: 0 };
  const earlier = row.attempts === 1 ? [wait] : row.stages.slice(-MAX_EARLIER);
  const running: { readonly name: string; readonly startedAtMs: number }[] = [];
  let read = (): readonly StageTiming[] => [];

  const all = (): StageTiming[] => [
    ...earlier,
    ...read().map((timing) => ({ ...timing, startOffsetMs: timing.startOffsetMs + runOffsetMs })),
  ];
  const runningStep = (): StageTiming | undefined => {
    const newest = running.at(-1);
    if (newest === undefined) return undefined;
    return {
      name: newest.name,
      startOffsetMs: newest.startedAtMs - createdAtMs,
      durationMs: Date.now() - newest.startedAtMs,
      depth: 0,
    };
  };
  return {
    attach() {
      // Timers and signals run outside of the recording, so they read through a snapshot taken inside.
      const inside = AsyncLocalStorage.snapshot();
      read = () => inside(currentStages);
    },
    runningStep,
    enterStep(name) {
      const step = { name, startedAtMs: Date.now() };
      running.push(step);
      return () => void running.splice(running.indexOf(step), 1);
    },
    all,
    withRunningStep() {
      const step = runningStep();
      return step === undefined ? all() : [...all(), step];
    },
  };
}
