import { createReadStream } from 'node:fs';
import type { ArtifactStore } from '@framesong/artifacts';
import type { SongFormat } from '@framesong/composer';
import type { RenderedSection } from './composer-tasks.ts';
import type { Composer } from './composer.ts';
import { forEverySection } from './every-section.ts';
import { renderSection } from './render-section.ts';
import type { SongFacts } from './song-input.ts';
import type { WorkFolder } from './work-folder.ts';

/** What joining needs. */
export interface JoinParts {
  readonly artifacts: ArtifactStore;
  readonly composer: Composer;
}

/** Joins the rendered sections, masters the whole, and stores it in every format. */
export async function joinSong(
  { artifacts, composer }: JoinParts,
  tenant: string,
  work: WorkFolder,
  sections: readonly RenderedSection[],
  formats: readonly SongFormat[],
  signal: AbortSignal,
): Promise<SongFacts> {
  // One that is gone with its disk, or lies in the folder of another machine, is made again: the same bytes.
  await forEverySection(sections.length, composer.lanes, signal, async (index, oneSignal) => {
    if (await work.hasSection(index, sections[index]!.sizeBytes)) return;
    await renderSection(composer, work, index, oneSignal);
  });
  const joined = await composer.join(
    {
      planPath: work.planPath,
      sectionPaths: sections.map((_, index) => work.sectionPath(index)),
      folder: work.path,
      formats,
    },
    signal,
  );
  const files = await Promise.all(
    joined.files.map(async ({ format, path, mediaType }) => ({
      format,
      artifact: await artifacts.put(tenant, createReadStream(path), { mediaType, signal }),
    })),
  );
  const { durationSeconds, loudnessLufs, truePeakDbtp, engine } = joined;
  return { files, durationSeconds, loudnessLufs, truePeakDbtp, engine };
}
