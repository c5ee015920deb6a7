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

interface EmulatedSound {
  readonly body: Buffer;
  readonly mediaType: string;
}

const KEPT = 8;
const made = new Map<string, EmulatedSound>();

/** A file of sound that every decoder reads. The last few are kept, because the same is asked for again and again. */
export function emulatedSound(wish: SoundWish): EmulatedSound {
  const name = JSON.stringify(wish);
  const sound = made.get(name) ?? make(wish);
  made.delete(name);
  made.set(name, sound);
  if (made.size > KEPT) made.delete(made.keys().next().value!);
  return sound;
}

function make({ seconds, bpm, key, format }: SoundWish): EmulatedSound {
  const samples = makeTone(seconds, bpm, key);
  if (format === 'wav') return { body: writeWav(samples), mediaType: 'audio/wav' };
  return { body: writeFlac(samples), mediaType: 'audio/flac' };
}
