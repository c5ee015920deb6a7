import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { constants } from 'node:fs';
import { FramesongError, systemCode, withStorageErrors } from '@framesong/errors';
import { checkMediaType } from './artifact-names.ts';
import type { ArtifactRef, ArtifactSource, ArtifactUpload } from './artifact-store.ts';
import { checkContent, tooLarge } from './content-checks.ts';
import { FILE_MODE, makeFolderDurably, writeFully } from './durable-files.ts';
import { CONTENT_FILE, type FileLayout } from './file-layout.ts';
import type { LatestOnly } from './latest-only.ts';
import { publishArtifact, removeFolder } from './publish-artifact.ts';
import { sourceChunks } from './source-chunks.ts';
import { measureFile } from './stored-file.ts';

/** What an upload needs of its store. */
export interface UploadContext {
  readonly layout: FileLayout;
  readonly maxSizeBytes: number;
  readonly latestOnly: LatestOnly;
  /** Throws STORAGE_FULL when space is short. */
  readonly checkSpace: () => Promise<void>;
}

/** An upload in a folder of its own; the folder's content file is all its state. */
export function createFileUpload(context: UploadContext, tenant: string, uploadId: string): ArtifactUpload {
  const { layout, latestOnly, maxSizeBytes } = context;
  const folder = layout.upload(tenant, uploadId);
  const file = path.join(folder, CONTENT_FILE);
  const guarded = <T>(work: (superseded: AbortSignal) => Promise<T>): Promise<T> =>
    withStorageErrors(layout.root, () => latestOnly.run(folder, work));

  async function append(from: number, source: ArtifactSource, signal: AbortSignal): Promise<number> {
    await context.checkSpace();
    await makeFolderDurably(folder);
    await using handle = await open(file, constants.O_RDWR | constants.O_CREAT, FILE_MODE);
    let offset = (await handle.stat()).size;
    if (from !== offset) throw wrongOffset(from, offset);
    for await (const chunk of sourceChunks(source, signal)) {
      if (offset + chunk.byteLength > maxSizeBytes) throw tooLarge(maxSizeBytes);
      await writeFully(handle, chunk, offset);
      offset += chunk.byteLength;
    }
    return offset;
  }

  async function commit(sizeBytes: number, sha256: string, mediaType: string): Promise<ArtifactRef> {
    try {
      const measured = await measureUpload(file);
      checkContent(measured, { sizeBytes, sha256 });
      return await publishArtifact(layout, tenant, folder, measured, mediaType);
    } catch (thrown) {
      // What does not match now never will.
      if (thrown instanceof FramesongError) await rm(folder, { recursive: true, force: true });
      throw thrown;
    }
  }

  return {
    offset: () => withStorageErrors(layout.root, () => sizeOf(file)),
    append: (offset, source, signal) =>
      guarded((superseded) => append(offset, source, signal ? AbortSignal.any([signal, superseded]) : superseded)),
    commit: async ({ sizeBytes, sha256, mediaType }) => {
      checkMediaType(mediaType);
      return guarded(() => commit(sizeBytes, sha256, mediaType));
    },
    discard: async () => {
      await guarded(() => removeFolder(layout, folder));
    },
  };
}

async function measureUpload(file: string) {
  try {
    await using handle = await open(file, 'r+');
    await handle.sync();
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return { sizeBytes: 0, sha256: '' };
    throw thrown;
  }
  return measureFile(file);
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return 0;
    throw thrown;
  }
}

function wrongOffset(given: number, stored: number): FramesongError {
  return new FramesongError(
    `the chunk starts at byte ${given} and the stored part ends at ${stored}: go on from there`,
    {
      code: 'OUT_OF_RANGE',
      reason: 'UPLOAD_OFFSET',
      metadata: { offset: String(stored) },
    },
  );
}
