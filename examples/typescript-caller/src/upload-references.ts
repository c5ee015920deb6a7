import { join } from 'node:path';
import { uploadArtifact, type Framesong } from '@framesong/client';
import type { ArtifactRef } from '@framesong/contracts/artifact/v1/artifact';
import type { Storyboard } from './storyboard.ts';

const UPLOAD_TIMEOUT_MS = 30_000;

/** The pictures of a storyboard, as the service knows them. */
export interface References {
  readonly scene: ArtifactRef;
  readonly characters: ReadonlyMap<string, ArtifactRef>;
}

/**
 * Uploads each picture once, however many shots use it. A repeat is safe: the same bytes have the same name.
 * @throws FramesongError INVALID_ARGUMENT for a file that cannot be read
 */
export async function uploadReferences(
  { artifacts }: Framesong['imageGeneration'],
  storyboard: Storyboard,
  folder: string,
  signal: AbortSignal,
): Promise<References> {
  const upload = (picture: string) =>
    uploadArtifact(artifacts, join(folder, picture), { timeoutMs: UPLOAD_TIMEOUT_MS, signal });
  const [scene, characters] = await Promise.all([
    upload(storyboard.scenePicture),
    Promise.all(storyboard.characters.map(async ({ id, picture }) => [id, await upload(picture)] as const)),
  ]);
  return { scene, characters: new Map(characters) };
}
