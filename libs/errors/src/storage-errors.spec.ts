import { open } from 'node:fs/promises';
import { FramesongError } from './index.ts';
import { storageError, withStorageErrors } from './storage-errors.ts';

const systemError = (code: string): Error => Object.assign(new Error(`${code}: as the system says it`), { code });

describe('what the operating system says about the storage', () => {
  it.each([
    ['ENOSPC', 'RESOURCE_EXHAUSTED', 'STORAGE_FULL'],
    ['EDQUOT', 'RESOURCE_EXHAUSTED', 'STORAGE_FULL'],
    ['EROFS', 'FAILED_PRECONDITION', 'STORAGE_READ_ONLY'],
    ['EACCES', 'FAILED_PRECONDITION', 'STORAGE_READ_ONLY'],
    ['ENOTDIR', 'FAILED_PRECONDITION', 'STORAGE_UNUSABLE'],
  ])('%s becomes %s %s and names the folder and its setting', (code, expectedCode, reason) => {
    const cause = systemError(code);
    const error = storageError('/data/artifacts', cause) as FramesongError;
    expect(error).toMatchObject({ code: expectedCode, reason, cause });
    expect(error.message).toContain('/data/artifacts');
    expect(error.message).toContain('FRAMESONG_DATA_DIR');
  });

  it('leaves everything else as it is', async () => {
    const other = systemError('EIO');
    await expect(withStorageErrors('/data', () => Promise.reject(other))).rejects.toBe(other);
  });

  it('tells a really full device', async () => {
    // Only Linux has a device that is always full; elsewhere the same error is made by hand.
    const write = async (): Promise<void> => {
      if (process.platform !== 'linux') throw systemError('ENOSPC');
      await using device = await open('/dev/full', 'w');
      await device.write('x');
    };
    await expect(withStorageErrors('/data', write)).rejects.toMatchObject({ reason: 'STORAGE_FULL' });
  });
});
