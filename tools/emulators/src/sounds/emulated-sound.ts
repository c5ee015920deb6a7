import { makeTone } from './make-tone.ts';
import { writeFlac } from './write-flac.ts';
import { writeWav } from './write-wav.ts';

/** What a sound is asked for. */
export interface SoundWish {
  readonly seconds: number;
  readonly bpm: number;
  /** The same key gives the same bytes. */
  readonly key: string;
  readonly format: 'wav' | 'flac';
}

/** A file of sound that every decoder reads. */
export function emulatedSound({ seconds, bpm, key, format }: SoundWish): { body: Buffer; mediaType: string } {
  const samples = makeTone(seconds, bpm, key);
  if (format === 'wav') return { body: writeWav(samples), mediaType: 'audio/wav' };
  return { body: writeFlac(samples), mediaType: 'audio/flac' };
}
