import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { SongFormat, SongPlan } from '@framesong/composer';
import type { RenderParts } from './render-section.ts';
import type { FileRef, SongFacts } from './song-input.ts';

/** What joining needs. */
export type JoinParts = RenderParts;

/** Joins the rendered sections, masters the whole, and stores it in every format. */
export async function joinSong(
  { artifacts, composer, scratch }: JoinParts,
  tenant: string,
  plan: SongPlan,
  sections: readonly FileRef[],
  formats: readonly SongFormat[],
  signal: AbortSignal,
): Promise<SongFacts> {
  await using folder = await scratch.make();
  const sectionPaths = await Promise.all(
    sections.map(async ({ digest }, index) => {
      const path = join(folder.path, `section-${index}.f32`);
      const { chunks } = await artifacts.get(tenant, digest, { signal });
      await pipeline(chunks, createWriteStream(path), { signal });
      return path;
    }),
  );
  const joined = await composer.join({ plan, sectionPaths, folder: folder.path, formats }, signal);
  const files = await Promise.all(
    joined.files.map(async ({ format, path, mediaType }) => ({
      format,
      artifact: await artifacts.put(tenant, createReadStream(path), { mediaType, signal }),
    })),
  );
  const { durationSeconds, loudnessLufs, truePeakDbtp, engine } = joined;
  return { files, durationSeconds, loudnessLufs, truePeakDbtp, engine };
}
