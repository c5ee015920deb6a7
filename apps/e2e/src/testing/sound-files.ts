import { SAMPLE_RATE_HZ, type StereoPcm } from '@framesong/composer';

const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

/** The samples of a stereo WAV file of 16 bit. @throws Error for any other file */
export function samplesOfWav(file: Buffer): StereoPcm {
  const format = chunkOf(file, 'fmt ');
  const [encoding, channels, rate, bits] = [
    format.readUInt16LE(0),
    format.readUInt16LE(2),
    format.readUInt32LE(4),
    format.readUInt16LE(14),
  ];
  if (encoding !== 1 || channels !== 2 || rate !== SAMPLE_RATE_HZ || bits !== 16) {
    throw new Error(`encoding ${encoding}, ${channels} channels, ${rate} Hz, ${bits} bit`);
  }
  const data = chunkOf(file, 'data');
  const frames = data.length / 4;
  const side = (offset: number) =>
    Float32Array.from({ length: frames }, (_, frame) => data.readInt16LE(frame * 4 + offset) / 32768);
  return { left: side(0), right: side(2) };
}

function chunkOf(file: Buffer, name: string): Buffer {
  for (let at = HEADER_BYTES; at < file.length;) {
    const sizeBytes = file.readUInt32LE(at + 4);
    const content = file.subarray(at + CHUNK_HEADER_BYTES, at + CHUNK_HEADER_BYTES + sizeBytes);
    if (file.toString('latin1', at, at + 4) === name) return content;
    at += CHUNK_HEADER_BYTES + sizeBytes + (sizeBytes % 2);
  }
  throw new Error(`no chunk ${name}`);
}

/** The first tempo of a MIDI file in microseconds per beat. */
export function tempoOfMidi(file: Buffer): number {
  // Set Tempo, three bytes. Standard MIDI Files 1.0.
  const at = file.indexOf(Buffer.of(0xff, 0x51, 0x03));
  return file.readUIntBE(at + 3, 3);
}

/** A line of an LRC file: where it begins, and what is sung. */
export interface LrcLine {
  readonly seconds: number;
  readonly text: string;
}

/** The lines of an LRC file without those that only describe it. */
export function linesOfLrc(file: Buffer): LrcLine[] {
  return file
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [, minutes, seconds, text] = /^\[(\d+):([\d.]+)\](.*)$/.exec(line) ?? [];
      if (text === undefined || text.startsWith('#')) return [];
      return [{ seconds: Number(minutes) * 60 + Number(seconds), text }];
    });
}
