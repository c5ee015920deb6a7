import { createReadStream } from 'node:fs';
import type { ArtifactStore } from '@framesong/artifacts';
import type { Composer } from './composer.ts';
import type { SegmentFacts, SongFacts, SongInput } from './song-input.ts';
import type { WorkFolder } from './work-folder.ts';

/** What joining needs. */
export interface JoinParts {
  readonly artifacts: ArtifactStore;
  readonly composer: Composer;
}

/** Joins the segments, brings the whole to its loudness, and stores it in every format. */
export async function joinSong(
  { artifacts, composer }: JoinParts,
  tenant: string,
  work: WorkFolder,
  segments: readonly SegmentFacts[],
  { formats, replacement }: SongInput,
  signal: AbortSignal,
): Promise<SongFacts> {
  // One that was made by another machine, or is gone with its disk, comes from the store.
  const fetched = async ({ artifact, bodySeconds }: SegmentFacts, name: string) => ({
    path: await fetchSegment(artifacts, tenant, work, artifact, name, signal),
    bodySeconds,
  });
  const engine = [...new Set(segments.map((segment) => segment.engine))].join(', ');
  const replaced = replacement && {
    index: replacement.index,
    segment: await fetched(replacement.segments[replacement.index]!, 'replaced'),
  };
  const paths = [];
  for (const [index, segment] of segments.entries()) paths.push(await fetched(segment, String(index + 1)));
  const joined = await composer.join(
    {
      planPath: work.planPath,
      segments: paths,
      folder: work.path,
      formats,
      engine,
      ...(replaced && { replaced }),
    },
    signal,
  );
  const files = await Promise.all(
    joined.files.map(async ({ format, path, mediaType }) => ({
      format,
      artifact: await artifacts.put(tenant, createReadStream(path), { mediaType, signal }),
    })),
  );
  const { durationSeconds, loudnessLufs, truePeakDbtp, startsSeconds, difference, warnings } = joined;
  const facts = { files, durationSeconds, loudnessLufs, truePeakDbtp, engine, segments, startsSeconds };
  return { ...facts, ...(difference && { difference }), warnings };
}

/** Where a segment lies in the work folder; it is fetched from the store when it does not. */
export async function fetchSegment(
  artifacts: ArtifactStore,
  tenant: string,
  work: WorkFolder,
  { digest, sizeBytes }: SegmentFacts['artifact'],
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const path = work.segmentPath(name);
  if (await work.has(path, sizeBytes)) return path;
  const { chunks } = await artifacts.get(tenant, digest, { signal });
  await work.write(path, chunks, signal);
  return path;
}
