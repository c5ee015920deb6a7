import { systemCode } from '@framesong/errors';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { artifactRef } from './artifact-names.ts';
import type { ArtifactRef } from './artifact-store.ts';
import type { MeasuredContent } from './content-checks.ts';
import { makeFolderDurably, syncFolder, writeFileDurably } from './durable-files.ts';
import { ABOUT_FILE, CONTENT_FILE, type FileLayout } from './file-layout.ts';
import { noteUse } from './remove-unreferenced.ts';
import { measureFile, readRef } from './stored-file.ts';

/** More writers of the same content than this at one moment are not to be expected. */
const ATTEMPTS = 5;

/**
 * Makes a finished, synced content file in `folder` an artifact by one rename. The folder is gone afterwards.
 * An artifact that is there already stays when it is sound and is replaced when it is damaged.
 */
export async function publishArtifact(
  layout: FileLayout,
  tenant: string,
  folder: string,
  content: MeasuredContent,
  mediaType: string,
): Promise<ArtifactRef> {
  const { sizeBytes, sha256 } = content;
  const target = layout.artifact(tenant, sha256);
  await writeFileDurably(path.join(folder, ABOUT_FILE), JSON.stringify({ mediaType, sizeBytes }));
  await syncFolder(folder);
  await makeFolderDurably(path.dirname(target));
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(folder, target);
      await syncFolder(path.dirname(target));
      return artifactRef(sha256, sizeBytes, mediaType);
    } catch (thrown) {
      const taken = systemCode(thrown) === 'ENOTEMPTY' || systemCode(thrown) === 'EEXIST';
      if (!taken || attempt === ATTEMPTS) throw thrown;
    }
    await noteUse(target);
    const present = await soundArtifact(target, sha256);
    if (present) {
      await rm(folder, { recursive: true, force: true });
      return present;
    }
    await removeFolder(layout, target);
  }
}

/** Takes a folder away in one rename, then removes it. False when there was none. */
export async function removeFolder(layout: FileLayout, folder: string): Promise<boolean> {
  const aside = layout.newIncoming();
  try {
    await rename(folder, aside);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return false;
    throw thrown;
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}

async function soundArtifact(folder: string, sha256: string): Promise<ArtifactRef | undefined> {
  try {
    const ref = await readRef(folder, sha256);
    const measured = await measureFile(path.join(folder, CONTENT_FILE));
    return measured.sha256 === sha256 ? ref : undefined;
  } catch {
    return undefined;
  }
}
