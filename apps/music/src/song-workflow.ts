import type { ArtifactStore } from '@framesong/artifacts';
import { toFramesongError } from '@framesong/errors';
import { defineJob, type JobContext, type JobDefinition } from '@framesong/jobs';
import type { MusicCapabilities, MusicEngine } from '@framesong/providers/music';
import { runInContext } from '@framesong/rpc';
import { STAGES } from '@framesong/telemetry';
import type { Composer } from './composer.ts';
import type { MusicEngines } from './engines/music-engines.ts';
import type { SilenceSettings } from './engine-silence.ts';
import { forEverySection } from './every-section.ts';
import { sizeClassOf } from './heeded-render.ts';
import { joinSong } from './join-song.ts';
import { ENGINE_RETRY, makeSegment } from './make-segment.ts';
import type { MemoryGate } from './resources/memory-gate.ts';
import type { SegmentFacts, SongFacts, SongInput } from './song-input.ts';
import { createSongProgress, type SongProgress } from './song-progress.ts';
import { openWorkFolder, type WorkFolder } from './work-folder.ts';

/** Name and version of the workflow. */
export const SONG_KIND = 'song.v1';

/** The queue of songs. */
export const SONG_QUEUE = 'songs';

/** What the steps of a song need. */
export interface SongParts {
  readonly artifacts: ArtifactStore;
  readonly composer: Composer;
  readonly engines: MusicEngines;
  /** Where songs have what they need while they are made, each in a folder of its own. */
  readonly workFolder: string;
  /** Between which limits the timeout of one section is chosen. */
  readonly sectionTimeout: { readonly floorMs: number; readonly ceilingMs: number };
  /** Whether a render fits into the memory of its engine. */
  readonly memory: MemoryGate;
  /** How long an engine may say nothing while it makes a section. */
  readonly silence: SilenceSettings;
}

/** A song that is being made. */
export interface SongAtWork {
  readonly job: JobContext<SongInput>;
  readonly work: WorkFolder;
  readonly engine: MusicEngine;
  readonly capabilities: MusicCapabilities;
  readonly progress: SongProgress;
}

/**
 * A song: make each section by its engine, join them, bring the whole to its loudness, store it in every format. Each section
 * is a step of its own, so that a crash goes on after the sections that are finished, and a failed one is tried again alone.
 */
export function songWorkflow(parts: SongParts): JobDefinition<SongInput, SongFacts> {
  return defineJob({
    kind: SONG_KIND,
    idPrefix: 'song',
    queue: SONG_QUEUE,
    workloadOf: ({ engine, plannedSeconds }) => ({ model: engine, sizeClass: sizeClassOf(plannedSeconds) }),
    run: async (job) => {
      const deadlineEpochMs = Date.now() + job.remainingMs();
      const work = await openWorkFolder(parts.workFolder, job.id, job.attempt);
      try {
        return await runInContext({ signal: job.signal, deadlineEpochMs }, () => makeSong(parts, work, job));
      } finally {
        if (!goesOnElsewhere(job.signal)) await work.remove();
      }
    },
  });
}

async function makeSong(parts: SongParts, work: WorkFolder, job: JobContext<SongInput>): Promise<SongFacts> {
  const { plan } = job.input;
  const { chunks } = await parts.artifacts.get(job.tenant, plan.digest, { signal: job.signal });
  await work.write(work.planPath, chunks, job.signal);
  const engine = parts.engines.named(job.input.engine);
  const capabilities = await job.step(STAGES.describeEngine.name, ({ signal }) => engine.describe(signal), {
    retry: ENGINE_RETRY,
  });
  const progress = createSongProgress(job, capabilities.progress);
  const segments = await makeSegments(parts, { job, work, engine, capabilities, progress });

  progress.joining();
  return job.step(STAGES.joinSections.name, ({ signal }) =>
    joinSong(parts, job.tenant, work, segments, job.input, signal),
  );
}

/** In order where each goes on from the one before, else as many at once as the engine has lanes. */
async function makeSegments(parts: SongParts, song: SongAtWork): Promise<SegmentFacts[]> {
  const { job, capabilities, progress } = song;
  const { segmented, sections, replacement } = job.input;
  if (!segmented) return [await makeSegment(parts, song, undefined, [], job.signal)];
  const lanes = capabilities.contextSeconds > 0 ? 1 : capabilities.lanes;
  const made: SegmentFacts[] = [...(replacement?.segments ?? [])];
  return forEverySection(sections.length, lanes, job.signal, async (index, signal) => {
    if (!replacement || replacement.index === index) {
      made[index] = await makeSegment(parts, song, index, made, signal);
    }
    progress.rendered(index);
    return made[index]!;
  });
}

/** This process stops, or another one has the job: what is rendered is of use there. */
function goesOnElsewhere(signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  const { reason } = toFramesongError(signal.reason);
  return reason === 'WORKER_STOPPING' || reason === 'JOB_TAKEN_OVER';
}
