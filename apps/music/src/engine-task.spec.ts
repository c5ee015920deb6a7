import { FramesongError, type ErrorCode } from '@framesong/errors';
import type { JobNotes, Json } from '@framesong/jobs';
import { withEngineTask } from './engine-task.ts';

function notesInMemory(): JobNotes {
  const kept = new Map<string, Json>();
  return {
    get: (name) => Promise.resolve(kept.get(name)),
    set: (name, value) => Promise.resolve(void kept.set(name, value)),
    remove: (name) => Promise.resolve(void kept.delete(name)),
  };
}

/** Asks for work, is told its id, and fails with `code`. */
const failAfterOrder = (notes: JobNotes, code: ErrorCode, reason: string) =>
  withEngineTask(notes, 'render section 1', async ({ saveTaskId }) => {
    await saveTaskId('task-7');
    throw new FramesongError('it failed', { code, reason });
  });
const savedTask = (notes: JobNotes, name = 'render section 1') =>
  withEngineTask(notes, name, ({ savedTaskId }) => Promise.resolve(savedTaskId));

describe('the task of an engine with ids of its own', () => {
  it.each([
    ['UNAVAILABLE', 'ENGINE_AWAY'],
    ['UNAVAILABLE', 'WORKER_STOPPING'],
    // No connection was free, or too many asked: of the work itself it says nothing.
    ['RESOURCE_EXHAUSTED', 'PROVIDER_BUSY'],
    ['RESOURCE_EXHAUSTED', 'PROVIDER_RATE_LIMIT'],
    ['ABORTED', 'JOB_TAKEN_OVER'],
  ] as const)('is waited for again after %s %s', async (code, reason) => {
    const notes = notesInMemory();
    await expect(failAfterOrder(notes, code, reason)).rejects.toMatchObject({ reason });
    expect(await savedTask(notes)).toBe('task-7');
    expect(await savedTask(notes, 'render section 2')).toBeUndefined();
  });

  it.each([
    ['INTERNAL', 'ENGINE_FAILED'],
    ['UNAVAILABLE', 'PROVIDER_TASK_FAILED'],
    ['UNAVAILABLE', 'PROVIDER_TASK_LOST'],
    ['DEADLINE_EXCEEDED', 'STAGE_TIMEOUT'],
    ['CANCELLED', 'CANCELLED'],
  ] as const)('is forgotten after %s %s', async (code, reason) => {
    const notes = notesInMemory();
    await expect(failAfterOrder(notes, code, reason)).rejects.toMatchObject({ reason });
    expect(await savedTask(notes)).toBeUndefined();
  });

  it('is forgotten when it fails after it was taken up again', async () => {
    const notes = notesInMemory();
    await expect(failAfterOrder(notes, 'UNAVAILABLE', 'ENGINE_AWAY')).rejects.toThrow('it failed');
    const failing = withEngineTask(notes, 'render section 1', () =>
      Promise.reject(new FramesongError('lost', { code: 'NOT_FOUND', reason: 'TASK_LOST' })),
    );
    await expect(failing).rejects.toThrow('lost');
    expect(await savedTask(notes)).toBeUndefined();
  });
});
