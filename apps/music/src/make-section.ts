import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { ArtifactStore } from '@framesong/artifacts';
import type { SegmentSource } from '@framesong/composer';
import { toFramesongError } from '@framesong/errors';
import type { MusicCallContext, MusicEngine, MusicRequest, RenderedMusic } from '@framesong/providers/music';
import type { Composer } from './composer.ts';
import type { SegmentFacts } from './song-input.ts';

/** What making a section needs. */
export interface SectionParts {
  readonly artifacts: ArtifactStore;
  readonly composer: Composer;
}

/** A section to make: what the engine is asked for, and what its sound becomes. */
export interface SectionToMake {
  readonly tenant: string;
  readonly engine: MusicEngine;
  readonly request: MusicRequest;
  /** The segment without what the engine decides. */
  readonly segment: Omit<SegmentSource, 'path' | 'mediaType'>;
  readonly segmentPath: string;
  /** The render is charged for, whatever happens after it. */
  readonly isPaid: boolean;
  /** For all that comes after the render. */
  readonly signal: AbortSignal;
  /** Puts a limit around the render. */
  readonly timed: (render: (context: MusicCallContext) => Promise<RenderedMusic>) => Promise<RenderedMusic>;
}

/** Makes one section of a song, or a whole song, by an engine, and stores it as a finished segment. */
export async function makeSection(
  { artifacts, composer }: SectionParts,
  section: SectionToMake,
): Promise<SegmentFacts> {
  const { engine, request, isPaid, timed } = section;
  const made = await timed((context) => engine.render(request, context));
  try {
    return await stored({ artifacts, composer }, section, made);
  } catch (thrown) {
    // The work is noted by its id: RetryJob goes on from there.
    throw isPaid ? toFramesongError(thrown).with({ outcome: 'billed' }) : thrown;
  }
}

async function stored(
  { artifacts, composer }: SectionParts,
  { tenant, request, segment, segmentPath, signal }: SectionToMake,
  made: RenderedMusic,
): Promise<SegmentFacts> {
  const source = { ...segment, path: request.path, mediaType: made.mediaType };
  const { bodySeconds, warnings } = await composer.finish({ source, path: segmentPath }, signal);
  await rm(request.path, { force: true });
  const artifact = await artifacts.put(tenant, createReadStream(segmentPath), { mediaType: 'audio/flac', signal });
  return { artifact, bodySeconds, engine: made.engine, warnings: [...made.warnings, ...warnings] };
}
