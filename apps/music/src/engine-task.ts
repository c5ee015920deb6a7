import { toFramesongError } from '@framesong/errors';
import type { JobNotes } from '@framesong/jobs';
import type { MusicCallContext } from '@framesong/providers/music';

/** What an engine with ids of its own is given. */
export type EngineTask = Pick<MusicCallContext, 'savedTaskId' | 'saveTaskId'>;

/**
 * Remembers what an engine calls the work that it was asked for, so that a run after a crash, or after the engine was away,
 * waits for that work instead of asking again. A task that has failed or was stopped is forgotten.
 * @param name of the render, unique within the job
 */
export async function withEngineTask<T>(
  notes: JobNotes,
  name: string,
  render: (task: EngineTask) => Promise<T>,
): Promise<T> {
  const note = `engine task of ${name}`;
  const saved = await notes.get(note);
  let isSaved = typeof saved === 'string';
  try {
    return await render({
      ...(typeof saved === 'string' && { savedTaskId: saved }),
      saveTaskId: async (taskId) => {
        await notes.set(note, taskId);
        isSaved = true;
      },
    });
  } catch (thrown) {
    if (isSaved && !goesOn(thrown)) await notes.remove(note);
    throw thrown;
  }
}

/** The task itself has ended, or the engine has forgotten it: there is nothing to wait for. */
const ENDED: readonly string[] = ['PROVIDER_TASK_FAILED', 'PROVIDER_TASK_LOST'];

/** The engine is away, this process stops, or another one has the job: the work may be going on. */
function goesOn(thrown: unknown): boolean {
  const { code, reason } = toFramesongError(thrown);
  if (ENDED.includes(reason)) return false;
  // All connections in use, or too many questions: it was asked about the work, and not for it.
  if (code === 'UNAVAILABLE' || code === 'RESOURCE_EXHAUSTED') return true;
  return reason === 'WORKER_STOPPING' || reason === 'JOB_TAKEN_OVER';
}
