import { withStorageErrors } from '@framesong/errors';
import { readFile } from 'node:fs/promises';
import { compareOutside, joinSegments, retimed, SAMPLE_RATE_HZ, writeSong, type Mix, type SongPlan } from '@framesong/composer'; // prettier-ignore
import type { WorkerTask } from '@framesong/workers';
import type { JoinedSong, JoinTask } from './composer-tasks.ts';
import type { ReplacementDifference } from './song-input.ts';

/** The tail of a segment lies over the next one for at most so long. */
const LONGEST_TAIL_SECONDS = 3;

/** The limiter lowers its gain so long before a peak of the section. */
const LOOKAHEAD_SECONDS = 0.005;

/** Joins segments, writes every format, and measures what a replacement has changed besides its section. */
export const joinTask: WorkerTask = ({ planPath, segments, folder, formats, engine, replaced }: JoinTask, { signal }) =>
  withStorageErrors(folder, async (): Promise<JoinedSong> => {
    const mix = await joinSegments(segments, { signal });
    const { pcm, loudness, startsSeconds } = mix;
    const plan = JSON.parse(await readFile(planPath, 'utf8')) as SongPlan;
    const files = await writeSong(retimed(plan, startsSeconds, engine), pcm, folder, formats, { signal });
    return {
      files: files.map(({ format, path, mediaType }) => ({ format, path, mediaType })),
      durationSeconds: pcm.left.length / SAMPLE_RATE_HZ,
      loudnessLufs: loudness.integratedLufs,
      truePeakDbtp: loudness.truePeakDbtp,
      startsSeconds,
      ...(replaced && { difference: await differenceOf(mix, segments, replaced, signal) }),
      warnings: mix.warnings,
    };
  });

async function differenceOf(
  after: Mix,
  segments: JoinTask['segments'],
  { index, segment }: NonNullable<JoinTask['replaced']>,
  signal: AbortSignal,
): Promise<ReplacementDifference> {
  const before = await joinSegments(segments.with(index, segment), { signal });
  const sectionSeconds = after.startsSeconds[index]!;
  const startSeconds = Math.max(0, sectionSeconds - LOOKAHEAD_SECONDS);
  const endSeconds = sectionSeconds + segments[index]!.bodySeconds + LONGEST_TAIL_SECONDS;
  const stretch = { startSeconds, endSeconds: Math.min(endSeconds, after.pcm.left.length / SAMPLE_RATE_HZ) };
  return { ...stretch, ...compareOutside(before.pcm, after.pcm, stretch) };
}
