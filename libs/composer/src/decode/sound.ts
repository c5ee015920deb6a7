import { invalidField, type FramesongError } from '@framesong/errors';
import type { StereoPcm } from '../engine.ts';

/** A sound as a file holds it; a mono one has the same samples on both sides. */
export interface DecodedSound extends StereoPcm {
  readonly sampleRateHz: number;
}

/** INVALID_ARGUMENT for a file that is no sound which can be read. */
export function badSound(description: string): FramesongError {
  return invalidField('sound', `${description}; WAV of 16, 24 or 32 bit, FLAC and MP3 are taken`);
}
