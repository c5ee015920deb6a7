import { stage, STAGES } from '@framesong/telemetry';
import type { WorkerPool } from '@framesong/workers';
import type {
  JoinedSong,
  JoinTask,
  LyricsFacts,
  PlanTask,
  RenderedSection,
  RenderedShare,
  RenderTask,
  ValidateTask,
  WrittenPlan,
} from './composer-tasks.ts';

/** How to follow a section that is being rendered. */
export interface RenderFollowing {
  /** A process has taken it up. */
  readonly onStart?: () => void;
  readonly onProgress?: (share: RenderedShare) => void;
}

/** The embedded composer, in child processes: never on the service's event loop, and killed when nobody waits any more. */
export interface Composer {
  /** How many sections can be rendered at once. */
  readonly lanes: number;
  plan(task: PlanTask, signal: AbortSignal): Promise<WrittenPlan>;
  validate(task: ValidateTask, signal: AbortSignal): Promise<LyricsFacts>;
  render(task: RenderTask, signal: AbortSignal, following?: RenderFollowing): Promise<RenderedSection>;
  join(task: JoinTask, signal: AbortSignal): Promise<JoinedSong>;
}

/**
 * @param planning a pool of its own for what callers wait for: checking a request must not wait behind a section that is
 *   being rendered
 */
export function createComposer(rendering: WorkerPool, planning: WorkerPool): Composer {
  return {
    lanes: rendering.stats().size,
    plan: async (task, signal) => (await planning.run<WrittenPlan>('plan', task, { signal })).value,
    validate: async (task, signal) => (await planning.run<LyricsFacts>('validate', task, { signal })).value,
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
    join: async (task, signal) =>
      (
        await rendering.run<JoinedSong>('join', task, {
          signal,
          aroundWork: (work) => stage(STAGES.mix.name, {}, work),
        })
      ).value,
  };
}
