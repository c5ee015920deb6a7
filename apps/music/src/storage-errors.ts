import { FramesongError } from '@framesong/errors';

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM']);
const ADVICE = 'FRAMESONG_DATA_DIR';

/**
 * Runs file work in the work folder of a song and turns what the operating system says about the storage into an error
 * that says what to do; reasons and advice are those of the artifact store.
 */
export async function withStorageErrors<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const code = String((thrown as { code?: unknown } | undefined)?.code);
    if (FULL.has(code)) {
      throw new FramesongError(
        `the storage of the work folder ${folder} is full: free space or choose another with ${ADVICE}`,
        {
          code: 'RESOURCE_EXHAUSTED',
          reason: 'STORAGE_FULL',
          retryAfterMs: 60_000,
          cause: thrown,
        },
      );
    }
    if (READ_ONLY.has(code)) {
      throw new FramesongError(
        `the work folder ${folder} cannot be written (${code}): make it writable or choose another with ${ADVICE}`,
        { code: 'FAILED_PRECONDITION', reason: 'STORAGE_READ_ONLY', cause: thrown },
      );
    }
    throw thrown;
  }
}
