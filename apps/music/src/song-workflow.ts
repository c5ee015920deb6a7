import { defineJob, type JobContext, type JobDefinition } from '@framesong/jobs';
import { runInContext } from '@framesong/rpc';
import { joinSong, type JoinParts } from './join-song.ts';
import { readPlan } from './read-plan.ts';
import { renderSection } from './render-section.ts';
import { createSongProgress } from './song-progress.ts';
import type { FileRef, SongFacts, SongInput } from './song-input.ts';

/** Name and version of the workflow. */
export const SONG_KIND = 'song.v1';

/** What the steps of a song need. */
export type SongParts = JoinParts;

/**
 * A song: render each section of its score, join them, bring the whole to its loudness, store it in every format. Each
 * section is a step of its own, so that a crash goes on after the sections that are finished.
 */
export function songWorkflow(parts: SongParts): JobDefinition<SongInput, SongFacts> {
  return defineJob({
    kind: SONG_KIND,
    idPrefix: 'song',
    queue: 'songs',
    run: (job) => {
      const deadlineEpochMs = Date.now() + job.remainingMs();
      return runInContext({ signal: job.signal, deadlineEpochMs }, () => makeSong(parts, job));
    },
  });
}

async function makeSong(parts: SongParts, job: JobContext<SongInput>): Promise<SongFacts> {
  const plan = await readPlan(parts.artifacts, job);
  const progress = createSongProgress(job);

  const sections: FileRef[] = await Promise.all(
    plan.sections.map((section, index) =>
      job
        .step(
          `render section ${index + 1} ${section.tag}`,
          ({ signal }) => renderSection(parts, job.tenant, plan, index, signal, progress.rendering(index)),
          { stage: `render section ${section.tag}` },
        )
        .then((rendered) => {
          progress.rendered(index);
          return rendered;
        }),
    ),
  );

  progress.joining();
  return job.step('join sections', ({ signal }) =>
    joinSong(parts, job.tenant, plan, sections, job.input.formats, signal),
  );
}
