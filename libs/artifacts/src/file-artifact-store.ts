import { createHash } from 'node:crypto';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { FramesongError, storageFull, withStorageErrors } from '@framesong/errors';
import { checkMediaType, checkUploadId, hexOfDigest } from './artifact-names.ts';
import type { ArtifactSource, ArtifactStore, PutOptions } from './artifact-store.ts';
import { checkContent, tooLarge, type MeasuredContent } from './content-checks.ts';
import { FILE_MODE, FOLDER_MODE, makeFolder, makeFolderDurably, writeFully } from './durable-files.ts';
import { CONTENT_FILE, createFileLayout } from './file-layout.ts';
import { createFileUpload, type UploadContext } from './file-upload.ts';
import { LatestOnly } from './latest-only.ts';
import { publishArtifact, removeFolder } from './publish-artifact.ts';
import { noteUse, removeUnreferenced } from './remove-unreferenced.ts';
import { sourceChunks } from './source-chunks.ts';
import { readContent, readRef } from './stored-file.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';

/** Where and how much a folder stores. */
export interface FileArtifactStoreOptions {
  /** Absolute path; made when it does not exist. Several processes may share it. */
  readonly folder: string;
  readonly maxSizeBytes: number;
  /** Nothing is taken while the disk has less free: a database may live on it too. Default 0. */
  readonly minFreeBytes?: number;
  /** Uploads that nobody goes on with are removed after this. Default one hour. */
  readonly uploadKeepMs?: number;
  /** Half-written content of a crashed process is removed after this. Default 15 minutes. */
  readonly leftoverKeepMs?: number;
}

const HOUR_MS = 3_600_000;

/**
 * Artifacts as files, named by content, written beside and renamed into place: at no moment is there half an artifact.
 * Opening removes what crashes have left.
 * @throws FramesongError FAILED_PRECONDITION `STORAGE_READ_ONLY` or `STORAGE_UNUSABLE`, RESOURCE_EXHAUSTED `STORAGE_FULL`.
 */
export async function createFileArtifactStore(options: FileArtifactStoreOptions): Promise<ArtifactStore> {
  const { folder, maxSizeBytes, minFreeBytes = 0 } = options;
  const layout = createFileLayout(folder);
  const ages = { incomingMs: options.leftoverKeepMs ?? HOUR_MS / 4, uploadMs: options.uploadKeepMs ?? HOUR_MS };
  const guarded = <T>(work: () => Promise<T>): Promise<T> => withStorageErrors(folder, work);
  const sweep = (): Promise<number> => guarded(() => sweepLeftovers(layout, ages));

  async function checkSpace(neededBytes = 0): Promise<void> {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < minFreeBytes + neededBytes) throw storageFull(folder);
  }

  async function put(tenant: string, source: ArtifactSource, putOptions: PutOptions) {
    const { mediaType, expectedSizeBytes, expectedSha256, signal } = putOptions;
    const limitBytes = Math.min(maxSizeBytes, putOptions.maxSizeBytes ?? maxSizeBytes);
    checkMediaType(mediaType);
    if ((expectedSizeBytes ?? 0) > limitBytes) throw tooLarge(limitBytes);
    const incoming = layout.newIncoming();
    try {
      await makeFolder(incoming);
      await checkSpace(expectedSizeBytes);
      const content = await writeContent(path.join(incoming, CONTENT_FILE), sourceChunks(source, signal), limitBytes);
      checkContent(content, { sizeBytes: expectedSizeBytes, sha256: expectedSha256 });
      return await publishArtifact(layout, tenant, incoming, content, mediaType);
    } catch (thrown) {
      await rm(incoming, { recursive: true, force: true });
      throw thrown;
    }
  }

  await guarded(async () => {
    for (const needed of [layout.incoming, layout.uploads]) await makeFolderDurably(needed);
    // A folder that exists may still be read-only; better known now than at the first result.
    const probe = layout.newIncoming();
    await mkdir(probe, { mode: FOLDER_MODE });
    await rm(probe, { recursive: true });
  });
  await sweep();

  const uploads: UploadContext = { layout, maxSizeBytes, latestOnly: new LatestOnly(), checkSpace };
  return {
    put: (tenant, source, putOptions) => guarded(() => put(tenant, source, putOptions)),
    get: (tenant, digest, range = {}) =>
      guarded(async () => {
        const sha256 = hexOfDigest(digest);
        const artifact = layout.artifact(tenant, sha256);
        await noteUse(artifact);
        const ref = await readRef(artifact, sha256);
        if ((range.offset ?? 0) > ref.sizeBytes) throw beyondTheEnd(range.offset ?? 0, ref.sizeBytes);
        return { ref, chunks: readContent(artifact, ref, range) };
      }),
    stat: (tenant, digest) =>
      guarded(async () => {
        const sha256 = hexOfDigest(digest);
        const artifact = layout.artifact(tenant, sha256);
        await noteUse(artifact);
        return readRef(artifact, sha256);
      }),
    delete: (tenant, digest) => guarded(async () => removeFolder(layout, layout.artifact(tenant, hexOfDigest(digest)))),
    openUpload: (tenant, uploadId) =>
      guarded(async () => {
        checkUploadId(uploadId);
        await sweepLeftovers(layout, ages);
        return createFileUpload(uploads, tenant, uploadId);
      }),
    sweep,
    removeUnreferenced: (unreferenced) => guarded(() => removeUnreferenced(layout, unreferenced)),
  };
}

async function writeContent(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<MeasuredContent> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await using handle = await open(file, 'wx', FILE_MODE);
  for await (const chunk of chunks) {
    if (sizeBytes + chunk.byteLength > limitBytes) throw tooLarge(limitBytes);
    hash.update(chunk);
    await writeFully(handle, chunk, sizeBytes);
    sizeBytes += chunk.byteLength;
  }
  await handle.sync();
  return { sizeBytes, sha256: hash.digest('hex') };
}

function beyondTheEnd(offset: number, sizeBytes: number): FramesongError {
  return new FramesongError(`byte ${offset} is beyond the end of the artifact, which has ${sizeBytes} bytes`, {
    code: 'OUT_OF_RANGE',
    reason: 'ARTIFACT_RANGE',
    metadata: { sizeBytes: String(sizeBytes) },
  });
}
