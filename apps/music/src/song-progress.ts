import type { JobContext } from '@framesong/jobs';
import type { MusicCapabilities, MusicProgress } from '@framesong/providers/music';
import { STAGES } from '@framesong/telemetry';
import type { SongInput } from './song-input.ts';

/** Share of the job that rendering takes; the rest is joining and storing. */
const RENDER_PERCENT = 85;
/** Smaller steps are not worth an event that is kept for ever. */
const TELL_EVERY_PERCENT = 2;

/** The stage of a song whose engine has been silent for long. */
export const ENGINE_SILENT = 'engine is silent';

/** The stage of a song that waits for room at its engine. */
export const ENGINE_FULL = 'engine is full';

/** Turns what the sections tell into the progress of the whole song: seconds of sound that are rendered. */
export interface SongProgress {
  /** The listener for one section; for the whole song without an index. */
  rendering(index?: number): (progress: MusicProgress) => void;
  /** Nothing was heard of the engine for long. */
  silent(message: string): void;
  /** The engine has no room, and is waited for. */
  full(error: Error): void;
  /** A section is there, rendered now or before a crash. */
  rendered(index: number): void;
  joining(): void;
}

/** Nothing rendered yet. */
export function createSongProgress(
  job: JobContext<SongInput>,
  provenance: MusicCapabilities['progress'],
): SongProgress {
  const { sections } = job.input;
  const totalSeconds = sections.reduce((sum, section) => sum + section.durationSeconds, 0);
  const doneSeconds = sections.map(() => 0);
  let finished = 0;
  let toldPercent = -TELL_EVERY_PERCENT;
  let isHeldUp = false;
  const percentNow = () => (RENDER_PERCENT * doneSeconds.reduce((sum, seconds) => sum + seconds, 0)) / totalSeconds;
  const tell = (message: string) => {
    toldPercent = percentNow();
    isHeldUp = false;
    job.progress({ stage: 'render sections', percent: toldPercent, provenance, message });
  };
  const worthTelling = () => isHeldUp || percentNow() - toldPercent >= TELL_EVERY_PERCENT;
  return {
    rendering: (index) => (share) => {
      const part = Math.min(1, share.done / share.total);
      if (index === undefined) sections.forEach((section, at) => (doneSeconds[at] = section.durationSeconds * part));
      else doneSeconds[index] = sections[index]!.durationSeconds * part;
      if (!worthTelling()) return;
      const { done, total, unit, stage } = share;
      const what = index === undefined ? 'song' : sections[index]!.tag;
      const short = unit === 'seconds' ? 's' : unit;
      tell(`${what}: ${done.toFixed(0)} of ${total.toFixed(0)} ${short}${stage === 'render' ? '' : `, ${stage}`}`);
    },
    silent(message) {
      isHeldUp = true;
      job.progress({ stage: ENGINE_SILENT, provenance, message });
    },
    full({ message }) {
      isHeldUp = true;
      job.progress({ stage: ENGINE_FULL, provenance, message: `waits for its turn: ${message}` });
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
