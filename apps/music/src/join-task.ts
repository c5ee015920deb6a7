import { withStorageErrors } from '@framesong/errors';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
    const mix = await joinSegments(segments, join(folder, 'mix.f32'), { signal });
    const { sound, loudness, startsSeconds } = mix;
    const plan = JSON.parse(await readFile(planPath, 'utf8')) as SongPlan;
    const files = await writeSong(retimed(plan, startsSeconds, engine), sound, folder, formats, { signal });
    const difference = replaced && (await differenceOf(mix, segments, replaced, folder, signal));
    await sound.discard();
    return {
      files: files.map(({ format, path, mediaType }) => ({ format, path, mediaType })),
      durationSeconds: sound.frames / SAMPLE_RATE_HZ,
      loudnessLufs: loudness.integratedLufs,
      truePeakDbtp: loudness.truePeakDbtp,
      startsSeconds,
      ...(difference && { difference }),
      warnings: mix.warnings,
    };
  });

async function differenceOf(
  after: Mix,
  segments: JoinTask['segments'],
  { index, segment }: NonNullable<JoinTask['replaced']>,
  folder: string,
  signal: AbortSignal,
): Promise<ReplacementDifference> {
  const before = await joinSegments(segments.with(index, segment), join(folder, 'before.f32'), { signal });
  const sectionSeconds = after.startsSeconds[index]!;
  const startSeconds = Math.max(0, sectionSeconds - LOOKAHEAD_SECONDS);
  const endSeconds = sectionSeconds + segments[index]!.bodySeconds + LONGEST_TAIL_SECONDS;
  const stretch = { startSeconds, endSeconds: Math.min(endSeconds, after.sound.frames / SAMPLE_RATE_HZ) };
  const difference = compareOutside(before.sound, after.sound, stretch);
  await before.sound.discard();
  return { ...stretch, ...difference };
}
