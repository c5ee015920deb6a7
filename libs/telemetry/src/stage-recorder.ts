import { AsyncLocalStorage } from 'node:async_hooks';

/** How long one stage took. A list of them is a tree: a stage's children follow it with a greater depth. */
export interface StageTiming {
  readonly name: string;
  /** From the start of the recording. */
  readonly startOffsetMs: number;
  readonly durationMs: number;
  /** 0 for the outermost stages of the recording. */
  readonly depth: number;
  /** Code of the failure; absent on success. */
  readonly errorType?: string;
}

/** A stage that runs or has run. Times are of `performance.now()`. */
export interface RecordedStage {
  readonly name: string;
  readonly startedAtMs: number;
  readonly depth: number;
  readonly parent: RecordedStage | undefined;
  endedAtMs?: number;
  errorType?: string;
}

interface Recorder {
  readonly startedAtMs: number;
  readonly baseDepth: number;
  readonly stages: RecordedStage[];
  open: boolean;
}

interface Surroundings {
  readonly recorders: readonly Recorder[];
  readonly innermost: RecordedStage | undefined;
}

const surroundings = new AsyncLocalStorage<Surroundings>();

/**
 * Collects the timings of all stages inside `fn`, in depth-first order and by start time. A surrounding recording sees
 * them too. When `fn` throws, its timings are lost unless it has taken `currentStages` before.
 */
export async function recordStages<T>(fn: () => Promise<T>): Promise<{ value: T; stages: StageTiming[] }> {
  const outer = surroundings.getStore();
  const recorder: Recorder = {
    startedAtMs: performance.now(),
    baseDepth: outer?.innermost ? outer.innermost.depth + 1 : 0,
    stages: [],
    open: true,
  };
  const inside = { recorders: [...(outer?.recorders ?? []), recorder], innermost: outer?.innermost };
  try {
    const value = await surroundings.run(inside, fn);
    return { value, stages: timingsOf(recorder) };
  } finally {
    // Work that was left running must not grow the list any more.
    recorder.open = false;
  }
}

/** The timings of the surrounding `recordStages` so far: the stages that have ended. Empty outside of one. */
export function currentStages(): readonly StageTiming[] {
  const recorder = surroundings.getStore()?.recorders.at(-1);
  return recorder ? timingsOf(recorder) : [];
}

/**
 * Adds timings that another process measured, as children of the latest stage named `under`; without it of the innermost
 * stage that runs. Their offsets count from the start of that stage. Does nothing outside of a recording.
 */
export function addStages(stages: readonly StageTiming[], under?: string): void {
  const store = surroundings.getStore();
  if (!store) return;
  for (const recorder of store.recorders) {
    if (!recorder.open) continue;
    const parent =
      under === undefined ? store.innermost : recorder.stages.findLast((candidate) => candidate.name === under);
    const base = parent?.startedAtMs ?? recorder.startedAtMs;
    const ancestors: RecordedStage[] = [];
    for (const timing of stages) {
      const grafted: RecordedStage = {
        name: timing.name,
        startedAtMs: base + timing.startOffsetMs,
        endedAtMs: base + timing.startOffsetMs + timing.durationMs,
        depth: (parent ? parent.depth + 1 : recorder.baseDepth) + timing.depth,
        parent: timing.depth === 0 ? parent : ancestors[timing.depth - 1],
        ...(timing.errorType !== undefined && { errorType: timing.errorType }),
      };
      ancestors[timing.depth] = grafted;
      recorder.stages.push(grafted);
    }
  }
}

/** Runs `fn` as a recorded stage; hands it to `fn` for its end, or undefined outside of a recording. */
export function enterStage<T>(name: string, fn: (stage: RecordedStage | undefined) => Promise<T>): Promise<T> {
  const store = surroundings.getStore();
  if (!store) return fn(undefined);
  const parent = store.innermost;
  const stage: RecordedStage = { name, startedAtMs: performance.now(), depth: parent ? parent.depth + 1 : 0, parent };
  for (const recorder of store.recorders) if (recorder.open) recorder.stages.push(stage);
  return surroundings.run({ recorders: store.recorders, innermost: stage }, () => fn(stage));
}

function timingsOf(recorder: Recorder): StageTiming[] {
  const ended = new Set(recorder.stages.filter((stage) => stage.endedAtMs !== undefined));
  const byParent = Map.groupBy(ended, (stage) => nearestIn(ended, stage.parent));
  const timings: StageTiming[] = [];
  const visit = (parent: RecordedStage | undefined) => {
    const children = byParent.get(parent)?.toSorted((a, b) => a.startedAtMs - b.startedAtMs) ?? [];
    for (const stage of children) {
      timings.push({
        name: stage.name,
        startOffsetMs: Math.max(0, stage.startedAtMs - recorder.startedAtMs),
        durationMs: stage.endedAtMs! - stage.startedAtMs,
        depth: stage.depth - recorder.baseDepth,
        ...(stage.errorType !== undefined && { errorType: stage.errorType }),
      });
      visit(stage);
    }
  };
  visit(undefined);
  return timings;
}

function nearestIn(stages: ReadonlySet<RecordedStage>, stage: RecordedStage | undefined): RecordedStage | undefined {
  return stage === undefined || stages.has(stage) ? stage : nearestIn(stages, stage.parent);
}
