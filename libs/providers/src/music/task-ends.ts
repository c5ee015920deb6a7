import { FramesongError } from '@framesong/errors';

/** UNAVAILABLE: the task has ended without a sound; another one may do better. */
export function taskFailed(provider: string, taskId: string, message: string): FramesongError {
  return new FramesongError(`${provider} could not make the sound: "${message}"`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_TASK_FAILED',
    metadata: { provider, taskId, providerMessage: message },
  });
}

/** UNAVAILABLE: the server has forgotten the task, as after a restart. */
export function taskLost(provider: string, taskId: string): FramesongError {
  return new FramesongError(`${provider} does not know the task any more: the server was restarted`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_TASK_LOST',
    metadata: { provider, taskId },
  });
}
