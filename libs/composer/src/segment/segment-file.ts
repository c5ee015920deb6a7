import { open } from 'node:fs/promises';
import { decodeSoundFile, RAW_SECTION_MEDIA_TYPE } from '../decode/decode-sound.ts';
import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { encodeFlac } from '../encode/flac.ts';
import { colourSection } from '../master/colour-section.ts';
import { renderSection, type RenderOptions } from '../render/render-section.ts';
import { writeSectionFile } from '../render/section-file.ts';
import type { SongPlan } from '../score/song-plan.ts';
import type { Stretch } from './compare-mixes.ts';
import { finishSegment } from './finish-segment.ts';
import { shapeSegment, type SegmentShape } from './shape-segment.ts';

/** Media type of a finished segment. */
export const SEGMENT_MEDIA_TYPE = 'audio/flac';

/** What an engine made of a section, and what it is to become. */
export interface SegmentSource {
  readonly path: string;
  readonly mediaType: string;
  readonly lufs: number;
  /** Absent: the sound is exactly the section and its tail, as the composer renders it. */
  readonly shape?: SegmentShape;
  readonly durationSeconds: number;
}

/** A finished segment on disk. */
export interface SegmentFile {
  readonly sizeBytes: number;
  /** Without its tail: the next section begins there. */
  readonly bodySeconds: number;
  readonly warnings: readonly string[];
}

/** Renders a section with the sound of its style, for {@link finishSegmentFile}; the file has {@link RAW_SECTION_MEDIA_TYPE}. */
export async function renderSectionToFile(
  plan: SongPlan,
  index: number,
  path: string,
  options: RenderOptions = {},
): Promise<{ readonly sizeBytes: number; readonly mediaType: string; readonly durationSeconds: number }> {
  const pcm = await renderSection(plan, index, options);
  colourSection(plan, index, pcm);
  const sizeBytes = await writeSectionFile(pcm, path);
  return { sizeBytes, mediaType: RAW_SECTION_MEDIA_TYPE, durationSeconds: pcm.left.length / SAMPLE_RATE_HZ };
}

/**
 * Makes a finished segment of what an engine made: 44.1 kHz stereo, cut to its section, at its loudness, as FLAC. The same
 * source gives the same bytes.
 * @throws FramesongError INVALID_ARGUMENT for a sound that cannot be read
 */
export async function finishSegmentFile(source: SegmentSource, path: string): Promise<SegmentFile> {
  const sound = await decodeSoundFile(source.path, source.mediaType);
  const shaped = source.shape
    ? shapeSegment(sound, source.shape)
    : { pcm: sound, bodySeconds: source.durationSeconds, warnings: [] };
  finishSegment(shaped.pcm, shaped.bodySeconds, source.lufs);
  return {
    sizeBytes: await writeFlac(shaped.pcm, path),
    bodySeconds: shaped.bodySeconds,
    warnings: shaped.warnings,
  };
}

/**
 * Seconds of a segment as FLAC: what an engine that goes on from it, or leads into it, is given to hear.
 * @returns how many bytes were written
 */
export async function writeExcerpt(segmentPath: string, stretch: Stretch, path: string): Promise<number> {
  const { left, right } = await decodeSoundFile(segmentPath, SEGMENT_MEDIA_TYPE);
  const start = Math.max(0, Math.round(stretch.startSeconds * SAMPLE_RATE_HZ));
  const end = Math.round(stretch.endSeconds * SAMPLE_RATE_HZ);
  return writeFlac({ left: left.slice(start, end), right: right.slice(start, end) }, path);
}

/** Writes a sound as FLAC, safe against a power cut. @returns how many bytes it has */
export async function writeFlac(pcm: StereoPcm, path: string): Promise<number> {
  let sizeBytes = 0;
  await using file = await open(path, 'w');
  for (const piece of encodeFlac(pcm)) {
    await file.write(piece);
    sizeBytes += piece.length;
  }
  // The step that made it is stored as finished in a database that survives a power cut: so must the file.
  await file.sync();
  return sizeBytes;
}
