import type { MusicContext } from '@framesong/providers/music';
import { fetchSegment } from './join-song.ts';
import type { SegmentFacts } from './song-input.ts';
import type { SongAtWork, SongParts } from './song-workflow.ts';

/** What fits into the message of an engine, with room to spare: two sounds of it. */
const MAX_EXCERPT_BYTES = 400 * 1024;

/** The section that is to be made, among those that there are. */
export interface SectionPlace {
  readonly index: number;
  readonly durationSeconds: number;
  readonly tailSeconds: number;
  /** The segments that are there already, by index. */
  readonly made: readonly SegmentFacts[];
}

/** What an engine hears of the sections around the one that it makes; nothing where it listens to nothing. */
export async function contextOf(
  { artifacts, composer }: SongParts,
  { job, work, capabilities }: SongAtWork,
  { index, durationSeconds, tailSeconds, made }: SectionPlace,
  signal: AbortSignal,
): Promise<MusicContext> {
  const { contextSeconds, repaints, fillsGaps } = capabilities;
  if (contextSeconds === 0) return {};
  const stretchOf = async (neighbour: number, seconds: number) => {
    const segment = made[neighbour];
    if (!segment) return undefined;
    const path = await fetchSegment(artifacts, job.tenant, work, segment.artifact, String(neighbour + 1), signal);
    const length = Math.min(seconds, segment.bodySeconds);
    const startSeconds = neighbour < index ? segment.bodySeconds - length : 0;
    return { path, startSeconds, endSeconds: startSeconds + length };
  };
  const afterIndex = repaints ? index + 1 : Number.POSITIVE_INFINITY;

  if (fillsGaps) {
    const [before, after] = [await stretchOf(index - 1, contextSeconds), await stretchOf(afterIndex, contextSeconds)];
    if (!before && !after) return {};
    const path = work.excerptPath(`${index + 1}-around`);
    // Where nothing comes after it, its tail has room too.
    const gapSeconds = durationSeconds + (after ? 0 : tailSeconds);
    const task = { ...(before && { before }), ...(after && { after }), gapSeconds, path };
    const gap = await composer.surround(task, signal);
    return { around: { ...gap, path, mediaType: 'audio/flac' } };
  }

  const excerpt = async (neighbour: number, side: 'before' | 'after') => {
    const path = work.excerptPath(`${index + 1}-${side}`);
    for (let seconds = contextSeconds; ; seconds /= 2) {
      const stretch = await stretchOf(neighbour, seconds);
      if (!stretch) return undefined;
      const { path: segmentPath, startSeconds, endSeconds } = stretch;
      const sizeBytes = await composer.excerpt({ segmentPath, startSeconds, endSeconds, path }, signal);
      if (sizeBytes <= MAX_EXCERPT_BYTES) return { path, mediaType: 'audio/flac' };
    }
  };
  const before = await excerpt(index - 1, 'before');
  const after = await excerpt(afterIndex, 'after');
  return { ...(before && { before }), ...(after && { after }) };
}
