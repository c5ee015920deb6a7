import type { StereoPcm } from '../engine.ts';

/** A recording that is read piece by piece, from memory or from disk. */
export interface Sound {
  readonly frames: number;
  /** Frames `start` to `end`, at most to the end of the recording. Not to be written to; the next read may overwrite it. */
  read(start: number, end: number): StereoPcm;
}

/** A recording as a whole, or one that is read. */
export type SoundSource = StereoPcm | Sound;

/** Any recording as one that is read. */
export function soundOf(source: SoundSource): Sound {
  if ('read' in source) return source;
  return {
    frames: source.left.length,
    read: (start, end) => ({ left: source.left.subarray(start, end), right: source.right.subarray(start, end) }),
  };
}
