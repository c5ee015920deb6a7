import { FramesongError, toFramesongError } from '@framesong/errors';
import { isOfProvider } from '../../http/refusals.ts';

/** What asking for ordered work threw, where it means that the platform has forgotten it: the 404 of a gateway does not. */
export function orTaskLost(provider: string, taskId: string, thrown: unknown): FramesongError {
  const error = toFramesongError(thrown);
  if (error.reason !== 'PROVIDER_NOT_FOUND' || !isOfProvider(error)) return error;
  return lost(`${provider} does not know the ordered work any more`, 'PROVIDER_TASK_LOST', { provider, taskId }, error);
}

/** FAILED_PRECONDITION: the work is done, and what it made is not there, or not any more. */
export function soundGone(provider: string, taskId: string): FramesongError {
  return lost(`${provider} has done the work and holds no sound of it`, 'PROVIDER_RESULT_GONE', { provider, taskId });
}

function lost(text: string, reason: string, metadata: Readonly<Record<string, string>>, cause?: unknown) {
  return new FramesongError(`${text}, so it is lost; it is ordered again only when that is asked for: RetryJob`, {
    code: 'FAILED_PRECONDITION',
    reason,
    outcome: 'billed',
    cause,
    metadata,
  });
}
