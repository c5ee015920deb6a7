import { invalidField, type FramesongError } from '@framesong/errors';
import type { StereoPcm } from '../engine.ts';

/** A sound as a file holds it; a mono one has the same samples on both sides. */
export interface DecodedSound extends StereoPcm {
  readonly sampleRateHz: number;
}

/** Twice the longest song. A small file may hold silence of many hours, which no memory has room for. */
const MAX_SECONDS = 1200;

/** @throws FramesongError INVALID_ARGUMENT for more frames than are taken */
export function checkLength(frames: number, sampleRateHz: number): void {
  if (frames <= MAX_SECONDS * sampleRateHz) return;
  throw badSound(`has ${Math.round(frames / sampleRateHz)} s or more, at most ${MAX_SECONDS} s are read`);
}

/** INVALID_ARGUMENT for a file that is no sound which can be read. */
export function badSound(description: string): FramesongError {
  return invalidField('sound', `${description}; WAV of 16, 24 or 32 bit, FLAC and MP3 are taken`);
}
