import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '@framesong/errors';
import type { SoundSource } from '../master/sound-source.ts';
import type { SongPlan } from '../score/song-plan.ts';
import { encodeFlac } from './flac.ts';
import { encodeLrc } from './lrc.ts';
import { encodeMidi } from './midi.ts';
import { encodeMp3 } from './mp3.ts';
import { encodeOggVorbis } from './ogg-vorbis.ts';
import { encodeOpus } from './opus.ts';
import { encodeWav } from './wav.ts';

/** The forms a song comes in, with their media types. */
export const SONG_FORMATS = {
  wav: 'audio/wav',
  flac: 'audio/flac',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg; codecs=opus',
  midi: 'audio/midi',
  lrc: 'application/lrc',
} as const;

/** Name of a form, also the ending of its file. */
export type SongFormat = keyof typeof SONG_FORMATS;

/** One written file. */
export interface SongFile {
  readonly format: SongFormat;
  readonly path: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/**
 * Writes a song as `song.<format>` into a folder that exists, one file per form, in the given order. Files appear under
 * their names only when they are whole; the same song gives the same bytes.
 *
 * @throws FramesongError of `signal` when it fires
 */
export async function writeSong(
  plan: SongPlan,
  sound: SoundSource,
  folder: string,
  formats: readonly SongFormat[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<SongFile[]> {
  const files: SongFile[] = [];
  for (const format of formats) {
    const path = join(folder, `song.${format}`);
    const sizeBytes = await writeWhole(path, encode(format, plan, sound), options.signal);
    files.push({ format, path, mediaType: SONG_FORMATS[format], sizeBytes });
  }
  return files;
}

type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

function encode(format: SongFormat, plan: SongPlan, sound: SoundSource): Pieces {
  switch (format) {
    case 'wav':
      return encodeWav(sound);
    case 'flac':
      return encodeFlac(sound);
    case 'mp3':
      return encodeMp3(sound);
    case 'ogg':
      return encodeOggVorbis(sound);
    case 'opus':
      return encodeOpus(sound);
    case 'midi':
      return [encodeMidi(plan)];
    case 'lrc':
      return [Buffer.from(encodeLrc(plan))];
  }
}

async function writeWhole(path: string, content: Pieces, signal: AbortSignal | undefined): Promise<number> {
  const partial = `${path}.partial`;
  let sizeBytes = 0;
  const file = await open(partial, 'w');
  try {
    for await (const piece of content) {
      throwIfAborted(signal);
      await file.write(piece);
      sizeBytes += piece.length;
    }
  } finally {
    await file.close();
  }
  await rename(partial, path);
  return sizeBytes;
}
