import type { ParsedLyrics, SongPlan } from '@framesong/composer';
import { stage } from '@framesong/telemetry';
import type { WorkerPool } from '@framesong/workers';
import type { JoinedSong, JoinTask, PlanTask, RenderedShare, RenderTask, ValidateTask } from './composer-tasks.ts';

/** The embedded composer, in child processes: never on the service's event loop, and killed when nobody waits any more. */
export interface Composer {
  plan(task: PlanTask, signal: AbortSignal): Promise<SongPlan>;
  validate(task: ValidateTask, signal: AbortSignal): Promise<ParsedLyrics>;
  render(task: RenderTask, signal: AbortSignal, onProgress: (share: RenderedShare) => void): Promise<void>;
  join(task: JoinTask, signal: AbortSignal): Promise<JoinedSong>;
}

/**
 * @param planning a pool of its own for what callers wait for: checking a request must not wait behind a section that is
 *   being rendered
 */
export function createComposer(rendering: WorkerPool, planning: WorkerPool): Composer {
  return {
    plan: async (task, signal) => (await planning.run<SongPlan>('plan', task, { signal })).value,
    validate: async (task, signal) => (await planning.run<ParsedLyrics>('validate', task, { signal })).value,
    async render(task, signal, onProgress) {
      await rendering.run('render', task, {
        signal,
        onProgress: (event) => onProgress(event as RenderedShare),
        aroundWork: (work) => stage('render', {}, work),
      });
    },
    join: async (task, signal) =>
      (await rendering.run<JoinedSong>('join', task, { signal, aroundWork: (work) => stage('mix', {}, work) })).value,
  };
}
