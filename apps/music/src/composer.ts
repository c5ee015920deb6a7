import { stage, STAGES } from '@framesong/telemetry';
import type { WorkerPool } from '@framesong/workers';
import type {
  ExcerptTask,
  FinishedSegment,
  FinishTask,
  JoinedSong,
  JoinTask,
  LyricsFacts,
  PlanTask,
  RenderedSection,
  RenderedShare,
  RenderTask,
  ReplanTask,
  SurroundTask,
  ValidateTask,
  WrittenPlan,
} from './composer-tasks.ts';

/** How to follow a section that is being rendered. */
export interface RenderFollowing {
  /** A process has taken it up. */
  readonly onStart?: () => void;
  readonly onProgress?: (share: RenderedShare) => void;
}

/** The composer library in child processes: never on the service's event loop, and killed when nobody waits any more. */
export interface Composer {
  /** How many sections can be rendered at once. */
  readonly lanes: number;
  plan(task: PlanTask, signal: AbortSignal): Promise<WrittenPlan>;
  replan(task: ReplanTask, signal: AbortSignal): Promise<WrittenPlan>;
  validate(task: ValidateTask, signal: AbortSignal): Promise<LyricsFacts>;
  render(task: RenderTask, signal: AbortSignal, following?: RenderFollowing): Promise<RenderedSection>;
  finish(task: FinishTask, signal: AbortSignal): Promise<FinishedSegment>;
  /** Returns how many bytes the excerpt has. */
  excerpt(task: ExcerptTask, signal: AbortSignal): Promise<number>;
  /** Returns where the gap is. */
  surround(task: SurroundTask, signal: AbortSignal): Promise<{ startSeconds: number; endSeconds: number }>;
  join(task: JoinTask, signal: AbortSignal): Promise<JoinedSong>;
}

/**
 * @param planning a pool of its own for what callers wait for: checking a request must not wait behind a section that is
 *   being rendered
 */
export function createComposer(rendering: WorkerPool, planning: WorkerPool): Composer {
  const run = async <T>(pool: WorkerPool, task: string, payload: unknown, signal: AbortSignal) =>
    (await pool.run<T>(task, payload, { signal })).value;
  return {
    lanes: rendering.stats().size,
    plan: (task, signal) => run(planning, 'plan', task, signal),
    replan: (task, signal) => run(planning, 'replan', task, signal),
    validate: (task, signal) => run(planning, 'validate', task, signal),
    async render(task, signal, { onStart, onProgress } = {}) {
      const { value } = await rendering.run<RenderedSection>('render', task, {
        signal,
        onProgress: (event) => onProgress?.(event as RenderedShare),
        aroundWork: (work) => {
          onStart?.();
          return stage(STAGES.render.name, {}, work);
        },
      });
      return value;
    },
    finish: (task, signal) => run(rendering, 'finish', task, signal),
    excerpt: (task, signal) => run(rendering, 'excerpt', task, signal),
    surround: (task, signal) => run(rendering, 'surround', task, signal),
    join: async (task, signal) =>
      (
        await rendering.run<JoinedSong>('join', task, {
          signal,
          aroundWork: (work) => stage(STAGES.mix.name, {}, work),
        })
      ).value,
  };
}
