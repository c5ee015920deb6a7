import { readFile } from 'node:fs/promises';
import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { readWholeSectionFile } from '../render/section-file.ts';
import { decodeFlac } from './flac-decoder.ts';
import { decodeMp3 } from './mp3-decoder.ts';
import { resample } from './resample.ts';
import { badSound, type DecodedSound } from './sound.ts';
import { decodeWav } from './wav-decoder.ts';

/** Media type of what `renderSectionToFile` writes. */
export const RAW_SECTION_MEDIA_TYPE = 'audio/x-framesong-f32';

/** What {@link decodeSoundFile} reads. */
export const DECODED_MEDIA_TYPES: readonly string[] = ['audio/wav', 'audio/flac', 'audio/mpeg', RAW_SECTION_MEDIA_TYPE];

/**
 * Reads a file of sound at the sample rate of the composer, whatever its own. WAV, FLAC and MP3 are told apart by their
 * first bytes, because engines do not always send what they say.
 * @throws FramesongError INVALID_ARGUMENT for what cannot be read
 */
export async function decodeSoundFile(path: string, mediaType: string): Promise<StereoPcm> {
  if (mediaType === RAW_SECTION_MEDIA_TYPE) return readWholeSectionFile(path);
  return resample(await decodedFile(path, mediaType), SAMPLE_RATE_HZ);
}

/** A function of its own, so that the file does not stay in memory beside its sound and the sound at another rate. */
async function decodedFile(path: string, mediaType: string): Promise<DecodedSound> {
  const file = await readFile(path);
  const magic = file.toString('latin1', 0, 4);
  if (magic === 'RIFF') return decodeWav(file);
  if (magic === 'fLaC') return decodeFlac(file);
  if (isMp3(file)) return decodeMp3(file);
  throw badSound(`was said to be ${mediaType} and begins like none`);
}

/** An ID3v2 tag, or the header of a frame of layer III: eleven bits of sync, and a version that exists. */
function isMp3(file: Buffer): boolean {
  if (file.toString('latin1', 0, 3) === 'ID3') return true;
  const [first = 0, second = 0] = file;
  return first === 0xff && (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08;
}
