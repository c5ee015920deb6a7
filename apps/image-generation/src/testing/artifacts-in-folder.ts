import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileArtifactStore, type ArtifactStore } from '@framesong/artifacts';

/** A real artifact store in a folder that goes with it. */
export interface ArtifactsInFolder extends Disposable {
  readonly artifacts: ArtifactStore;
}

/** Opens it. */
export async function artifactsInFolder(): Promise<ArtifactsInFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'framesong-image-'));
  const artifacts = await createFileArtifactStore({ folder, maxSizeBytes: 1024 * 1024 });
  return { artifacts, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
