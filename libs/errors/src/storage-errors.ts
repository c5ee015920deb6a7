import { FramesongError } from './framesong-error.ts';

/** The setting that chooses the folder; named in every error that its owner can mend. */
const FOLDER_SETTING = 'FRAMESONG_DATA_DIR';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM']);
const UNUSABLE = new Set(['ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EEXIST']);

/** Runs file work and turns what the operating system says about the storage into an error that says what to do. */
export async function withStorageErrors<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw storageError(folder, thrown);
  }
}

/** Anything that is no storage fault is returned as it is. */
export function storageError(folder: string, thrown: unknown): unknown {
  const code = systemCode(thrown) ?? '';
  if (FULL.has(code)) return storageFull(folder, thrown);
  if (READ_ONLY.has(code)) {
    return new FramesongError(
      `the folder ${folder} cannot be written (${code}): make it writable or choose another with ${FOLDER_SETTING}`,
      { code: 'FAILED_PRECONDITION', reason: 'STORAGE_READ_ONLY', cause: thrown },
    );
  }
  if (UNUSABLE.has(code)) {
    return new FramesongError(
      `the folder ${folder} cannot be used as a folder (${code}): choose another with ${FOLDER_SETTING}`,
      { code: 'FAILED_PRECONDITION', reason: 'STORAGE_UNUSABLE', cause: thrown },
    );
  }
  return thrown;
}

/** RESOURCE_EXHAUSTED for a full disk. Somebody has to free space, so the delay is long. */
export function storageFull(folder: string, cause?: unknown): FramesongError {
  return new FramesongError(
    `the disk of the folder ${folder} is full: free space or choose another with ${FOLDER_SETTING}`,
    { code: 'RESOURCE_EXHAUSTED', reason: 'STORAGE_FULL', retryAfterMs: 60_000, cause },
  );
}

/** The name of a system error, for example `ENOENT`. */
export function systemCode(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
