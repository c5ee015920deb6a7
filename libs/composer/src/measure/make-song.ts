import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StereoPcm } from '../engine.ts';
import type { SongPlan } from '../score/song-plan.ts';
import { joinSegments, type SegmentToJoin } from '../segment/join-segments.ts';
import { finishSegmentFile, renderSectionToFile } from '../segment/segment-file.ts';
import { segmentLevels } from '../segment/segment-levels.ts';

/** Makes a whole song as the music service does, section by section, with its files in `folder`. */
export async function makeSong(plan: SongPlan, folder: string): Promise<StereoPcm> {
  await mkdir(folder, { recursive: true });
  const levels = segmentLevels(plan.sections);
  const segments: SegmentToJoin[] = [];
  for (const { index, durationSeconds } of plan.sections) {
    const raw = join(folder, 'section.raw');
    const { mediaType } = await renderSectionToFile(plan, index, raw);
    const path = join(folder, `section-${index}.flac`);
    const source = { path: raw, mediaType, lufs: levels[index]!, durationSeconds };
    segments.push({ path, ...(await finishSegmentFile(source, path)) });
  }
  const { sound } = await joinSegments(segments, join(folder, 'mix.f32'));
  const pcm = sound.read(0, sound.frames);
  await sound.discard();
  for (const { path } of segments) await rm(path);
  await rm(join(folder, 'section.raw'));
  return pcm;
}
