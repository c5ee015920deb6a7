import type { JobContext } from '@framesong/jobs';
import type { RenderedShare } from './composer-tasks.ts';
import { STAGES } from '@framesong/telemetry';
import type { SongInput } from './song-input.ts';

/** Share of the job that rendering takes; the rest is joining and storing. */
const RENDER_PERCENT = 85;
/** Smaller steps are not worth an event that is kept for ever. */
const TELL_EVERY_PERCENT = 2;

/** Turns what the sections tell into the progress of the whole song: seconds of sound that are rendered. */
export interface SongProgress {
  /** The listener for one section. */
  rendering(index: number): (share: RenderedShare) => void;
  /** A section is there, rendered now or before a crash. */
  rendered(index: number): void;
  joining(): void;
}

/** Nothing rendered yet. */
export function createSongProgress(job: JobContext<SongInput>): SongProgress {
  const { sections } = job.input;
  const totalSeconds = sections.reduce((sum, section) => sum + section.durationSeconds, 0);
  const doneSeconds = sections.map(() => 0);
  let finished = 0;
  let toldPercent = -TELL_EVERY_PERCENT;
  const percentNow = () => (RENDER_PERCENT * doneSeconds.reduce((sum, seconds) => sum + seconds, 0)) / totalSeconds;
  const tell = (message: string) => {
    toldPercent = percentNow();
    job.progress({ stage: 'render sections', percent: toldPercent, provenance: 'measured', message });
  };
  const worthTelling = () => percentNow() - toldPercent >= TELL_EVERY_PERCENT;
  return {
    rendering: (index) => (share) => {
      const { tag, durationSeconds } = sections[index]!;
      doneSeconds[index] = (durationSeconds * share.doneSeconds) / share.totalSeconds;
      if (worthTelling()) tell(`${tag}: ${share.doneSeconds.toFixed(0)} of ${share.totalSeconds.toFixed(0)} s`);
    },
    rendered(index) {
      doneSeconds[index] = sections[index]!.durationSeconds;
      finished++;
      tell(`section ${finished} of ${sections.length} is rendered`);
    },
    joining: () =>
      job.progress({
        stage: STAGES.joinSections.name,
        percent: RENDER_PERCENT,
        provenance: 'by_stage',
        message: 'mixing',
      }),
  };
}
