import type { ArtifactStore } from '@framesong/artifacts';
import { toFramesongError } from '@framesong/errors';
import { defineJob, powerOfTwoClass, STAGE_TIMEOUT, type JobContext, type JobDefinition } from '@framesong/jobs';
import { runInContext } from '@framesong/rpc';
import { STAGES } from '@framesong/telemetry';
import type { RenderedSection } from './composer-tasks.ts';
import type { Composer } from './composer.ts';
import { forEverySection } from './every-section.ts';
import { joinSong } from './join-song.ts';
import { renderSection } from './render-section.ts';
import type { SongFacts, SongInput } from './song-input.ts';
import { createSongProgress } from './song-progress.ts';
import { openWorkFolder, type WorkFolder } from './work-folder.ts';

/** Name and version of the workflow. */
export const SONG_KIND = 'song.v1';

/** A section that hangs is begun once more, with twice the time. */
const RENDER_RETRY = { maxAttempts: 2, firstDelayMs: 0 };

/** What the steps of a song need. */
export interface SongParts {
  readonly artifacts: ArtifactStore;
  readonly composer: Composer;
  /** Where songs have what they need while they are made, each in a folder of its own. */
  readonly workFolder: string;
  /** Between which limits the timeout of one section is chosen. */
  readonly sectionTimeout: { readonly floorMs: number; readonly ceilingMs: number };
}

/**
 * A song: render each section of its score, join them, bring the whole to its loudness, store it in every format. Each
 * section is a step of its own, so that a crash goes on after the sections that are finished.
 */
export function songWorkflow(parts: SongParts): JobDefinition<SongInput, SongFacts> {
  return defineJob({
    kind: SONG_KIND,
    idPrefix: 'song',
    queue: 'songs',
    workloadOf: ({ engine, plannedSeconds }) => ({ model: engine, sizeClass: sizeClassOf(plannedSeconds) }),
    run: async (job) => {
      const deadlineEpochMs = Date.now() + job.remainingMs();
      const work = await openWorkFolder(parts.workFolder, job.id);
      try {
        return await runInContext({ signal: job.signal, deadlineEpochMs }, () => makeSong(parts, work, job));
      } finally {
        if (!goesOnElsewhere(job.signal)) await work.remove();
      }
    },
  });
}

function sizeClassOf(seconds: number): string {
  return `${powerOfTwoClass(seconds)} s of sound`;
}

function hasHung(error: unknown): boolean {
  return toFramesongError(error).reason === STAGE_TIMEOUT;
}

async function makeSong(parts: SongParts, work: WorkFolder, job: JobContext<SongInput>): Promise<SongFacts> {
  const { plan, sections, formats } = job.input;
  const progress = createSongProgress(job);
  const { chunks } = await parts.artifacts.get(job.tenant, plan.digest, { signal: job.signal });
  await work.writePlan(chunks, job.signal);

  const { composer } = parts;
  const rendered = await forEverySection(sections.length, composer.lanes, job.signal, async (index, signal) => {
    const { tag, durationSeconds } = sections[index]!;
    const name = `render section ${index + 1} ${tag}`;
    const sizeClass = sizeClassOf(durationSeconds);
    const limits = { name, stage: STAGES.render.name, sizeClass, ...parts.sectionTimeout, signal, startsLater: true };
    const section: RenderedSection = await job.step(
      name,
      () =>
        job.withTimeout(limits, (timed) =>
          renderSection(composer, work, index, timed.signal, {
            onStart: () => timed.startClock(),
            onProgress: progress.rendering(index),
          }),
        ),
      {
        stage: STAGES.renderSection.name,
        retry: { ...RENDER_RETRY, shouldRetry: (error) => hasHung(error) && !signal.aborted },
      },
    );
    progress.rendered(index);
    return section;
  });

  progress.joining();
  return job.step(STAGES.joinSections.name, ({ signal }) =>
    joinSong(parts, job.tenant, work, rendered, formats, signal),
  );
}

/** This process stops, or another one has the job: what is rendered is of use there. */
function goesOnElsewhere(signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  const { reason } = toFramesongError(signal.reason);
  return reason === 'WORKER_STOPPING' || reason === 'WORKER_CUT_OFF' || reason === 'JOB_TAKEN_OVER';
}
