import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactStore } from '@framesong/artifacts';
import type { SongPlan } from '@framesong/composer';
import type { ScratchFolder } from '@framesong/lifecycle';
import type { RenderedShare } from './composer-tasks.ts';
import type { Composer } from './composer.ts';
import type { FileRef } from './song-input.ts';

/** What rendering needs. */
export interface RenderParts {
  readonly artifacts: ArtifactStore;
  readonly composer: Composer;
  readonly scratch: ScratchFolder;
}

/** Stereo frames of 32-bit floats without a header; only the composer reads it. */
const SECTION_MEDIA_TYPE = 'audio/x-framesong-section';

/** Renders one section and keeps it, so that it is never rendered again. */
export async function renderSection(
  { artifacts, composer, scratch }: RenderParts,
  tenant: string,
  plan: SongPlan,
  index: number,
  signal: AbortSignal,
  onProgress: (share: RenderedShare) => void,
): Promise<FileRef> {
  await using folder = await scratch.make();
  const path = join(folder.path, 'section.f32');
  await composer.render({ plan, index, path }, signal, onProgress);
  return await artifacts.put(tenant, createReadStream(path), { mediaType: SECTION_MEDIA_TYPE, signal });
}
