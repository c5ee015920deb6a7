import { FramesongError } from '@framesong/errors';

/** What pictures are asked of by mistake in a process that accepts jobs and runs none. */
export function roleIsApi(): FramesongError {
  return new FramesongError('this process makes no pictures: its role is api', {
    code: 'FAILED_PRECONDITION',
    reason: 'ROLE_IS_API',
  });
}
