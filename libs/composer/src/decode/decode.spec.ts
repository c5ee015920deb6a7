import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BitWriter } from '../encode/bit-writer.ts';
import { encodeFlac } from '../encode/flac.ts';
import { encodeWav } from '../encode/wav.ts';
import { SAMPLE_RATE_HZ } from '../engine.ts';
import { decodeSoundFile } from './decode-sound.ts';
import { decodeFlac } from './flac-decoder.ts';
import { resample } from './resample.ts';
import { decodeWav } from './wav-decoder.ts';

const { sin, cos, round, abs, max, PI } = Math;

function tone(rateHz: number, seconds: number, frequencyHz = 440) {
  const left = Float32Array.from(
    { length: rateHz * seconds },
    (_, at) => 0.5 * sin((2 * PI * frequencyHz * at) / rateHz),
  );
  return { left, right: left.map((sample) => -sample), sampleRateHz: rateHz };
}

const farthest = (one: Float32Array, other: Float32Array, margin = 0) =>
  one
    .subarray(margin, one.length - margin)
    .reduce((most, sample, index) => max(most, abs(sample - other[index + margin]!)), 0);

/** A WAV file of the given samples, written by hand. */
function wavOf(encoding: number, bits: number, channels: number, data: Buffer, rateHz = 48_000): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(encoding, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rateHz, 24);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36, 'latin1');
  // What a program writes that did not know the length: the data reaches to the end.
  header.writeUInt32LE(0xffffffff, 40);
  return Buffer.concat([header, data]);
}

/** A FLAC file of one frame of 16 samples and 16 bit at 32 kHz, whose subframes `write` writes. */
function flacOf(assignment: number, write: (out: BitWriter) => void): Uint8Array {
  const out = new BitWriter();
  for (const byte of Buffer.from('fLaC', 'latin1')) out.write(byte, 8);
  out.write(0x80, 8);
  out.write(34, 24);
  for (const [value, width] of [[16, 16], [16, 16], [0, 24], [0, 24], [32_000, 20]] as const) out.write(value, width); // prettier-ignore
  out.write(assignment === 0 ? 0 : 1, 3);
  out.write(15, 5);
  out.write(16, 36);
  for (let byte = 0; byte < 16; byte++) out.write(0, 8);
  out.write(0xfff8, 16);
  out.write(6, 4); // block size in 8 bits
  out.write(8, 4); // 32 kHz
  out.write(assignment, 4);
  out.write(4, 3);
  out.write(0, 1);
  out.write(0, 8); // frame number
  out.write(15, 8);
  out.write(0, 8);
  write(out);
  out.align();
  out.write(0, 16);
  return out.bytes();
}

const integersOf = (side: Float32Array) => Array.from(side, (sample) => round(sample * 32_768));

describe('a FLAC file', () => {
  it('of the encoder is read as it was written', () => {
    const sound = tone(SAMPLE_RATE_HZ, 1);
    const read = decodeFlac(Buffer.concat([...encodeFlac(sound)]));
    expect(read.sampleRateHz).toBe(SAMPLE_RATE_HZ);
    expect(farthest(read.left, sound.left)).toBeLessThan(2 / 32_768);
    expect(farthest(read.right, sound.right)).toBeLessThan(2 / 32_768);
  });

  it('with a linear predictor, wasted bits and partitions of both kinds is read by RFC 9639', () => {
    const file = flacOf(0, (out) => {
      out.write(0, 1);
      out.write(32 + 1, 6); // linear, order 2
      out.write(1, 1);
      out.writeUnary(1); // two wasted bits
      for (const warmUp of [3, 5]) out.write(warmUp, 14);
      out.write(3, 4); // coefficients of 4 bits
      out.write(1, 5); // shifted by one
      for (const weight of [4, -2]) out.write(weight, 4); // 2 a - b: a straight line
      out.write(0, 2);
      out.write(1, 4); // two partitions of eight samples
      out.write(1, 4); // Rice parameter 1
      for (let index = 0; index < 6; index++) out.write(0b10, 2); // zeros: unary 0, one bit of rest
      out.write(15, 4); // escaped
      out.write(3, 5);
      for (const residual of [-1, 0, 0, 0, 0, 0, 0, 2]) out.write(residual, 3);
    });
    const line = [3, 5, 7, 9, 11, 13, 15, 17, 18, 19, 20, 21, 22, 23, 24, 27].map((value) => value * 4);
    expect(integersOf(decodeFlac(file).left)).toEqual(line);
  });

  it.each([
    ['left and side', 8, [1000, 900]],
    ['side and right', 9, [1000, 900]],
    ['mid and side', 10, [1000, 900]],
  ])('in the stereo form %s is read by RFC 9639', (_name, assignment, [left, right]) => {
    const difference = left! - right!;
    const pairs = { 8: [left!, difference], 9: [difference, right!], 10: [(left! + right!) >> 1, difference] };
    const widths = { 8: [16, 17], 9: [17, 16], 10: [16, 17] };
    const file = flacOf(assignment, (out) => {
      for (const [index, value] of pairs[assignment as 8].entries()) {
        out.write(0, 8); // constant
        out.write(value, widths[assignment as 8][index]!);
      }
    });
    const read = decodeFlac(file);
    expect([integersOf(read.left)[7], integersOf(read.right)[7]]).toEqual([left, right]);
  });

  it('that is cut off or no FLAC at all is refused with the forms that are taken', () => {
    const whole = Buffer.concat([...encodeFlac(tone(SAMPLE_RATE_HZ, 1))]);
    expect(() => decodeFlac(whole.subarray(0, 5000))).toThrow('cut off');
    expect(() => decodeFlac(Buffer.from('ID3 and more'))).toThrow('WAV of 16, 24 or 32 bit, FLAC and MP3 are taken');
  });
});

describe('a FLAC file that says that it is hours long', () => {
  it('is refused before room is made for it', () => {
    const head = new BitWriter();
    for (const byte of Buffer.from('fLaC')) head.write(byte, 8);
    head.write(1, 1);
    head.write(0, 7);
    head.write(34, 24);
    for (let byte = 0; byte < 10; byte++) head.write(0, 8);
    head.write(48_000, 20);
    head.write(1, 3);
    head.write(15, 5);
    head.write(10, 4);
    head.write(0, 32);
    for (let byte = 0; byte < 16; byte++) head.write(0, 8);
    expect(() => decodeFlac(head.bytes())).toThrow(/has \d+ s or more, at most 1200 s are read/);
  });
});

describe('a WAV file', () => {
  const values = [0, 0.5, -0.5, 0.25];
  const write = (bytes: number, put: (data: Buffer, value: number, at: number) => unknown) => {
    const data = Buffer.alloc(values.length * bytes);
    values.forEach((value, index) => put(data, value, index * bytes));
    return data;
  };

  it.each([
    [
      '16 bit',
      wavOf(
        1,
        16,
        1,
        write(2, (data, value, at) => data.writeInt16LE(value * 2 ** 15, at)),
      ),
    ],
    [
      '24 bit',
      wavOf(
        1,
        24,
        1,
        write(3, (data, value, at) => data.writeIntLE(value * 2 ** 23, at, 3)),
      ),
    ],
    [
      '32 bit',
      wavOf(
        1,
        32,
        1,
        write(4, (data, value, at) => data.writeInt32LE(value * 2 ** 31, at)),
      ),
    ],
    [
      'floats',
      wavOf(
        3,
        32,
        1,
        write(4, (data, value, at) => data.writeFloatLE(value, at)),
      ),
    ],
  ])('of %s is read', (_name, file) => {
    const { left, right, sampleRateHz } = decodeWav(file);
    expect({ left: [...left], right: [...right], sampleRateHz }).toEqual({
      left: values,
      right: values,
      sampleRateHz: 48_000,
    });
  });

  it('of another kind is refused by what it is', () => {
    expect(() => decodeWav(wavOf(1, 8, 2, Buffer.alloc(8)))).toThrow('encoding 1, 8 bit, 2 channels, 48000 Hz');
    expect(() => decodeWav(wavOf(1, 16, 6, Buffer.alloc(24)))).toThrow('6 channels');
  });
});

describe('a sound at another rate', () => {
  it.each([48_000, 32_000, 22_050, 96_000])('of %d Hz is the same tone at 44.1 kHz', (rateHz) => {
    const made = resample(tone(rateHz, 1), SAMPLE_RATE_HZ);
    const wanted = tone(SAMPLE_RATE_HZ, 1);
    expect(made.left).toHaveLength(SAMPLE_RATE_HZ);
    // The edges lack what would stand beside them.
    expect(farthest(made.left, wanted.left, 200)).toBeLessThan(0.001);
    expect(farthest(made.right, wanted.right, 200)).toBeLessThan(0.001);
  });

  it('loses what the lower rate cannot hold, instead of folding it down', () => {
    const high = Float32Array.from({ length: 96_000 }, (_, at) => cos((2 * PI * 30_000 * at) / 96_000));
    const made = resample({ left: high, right: high, sampleRateHz: 96_000 }, SAMPLE_RATE_HZ);
    expect(max(...made.left.subarray(500, 40_000).map(abs))).toBeLessThan(0.01);
  });
});

it('a file is read by its first bytes, whatever it is said to be', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'framesong-decode-'));
  const sound = tone(SAMPLE_RATE_HZ, 1);
  const path = join(folder, 'sound');
  await writeFile(path, Buffer.concat([...encodeWav(sound)]));
  expect(farthest((await decodeSoundFile(path, 'audio/flac')).left, sound.left)).toBeLessThan(2 / 32_768);
  await writeFile(path, 'no sound');
  await expect(decodeSoundFile(path, 'audio/wav')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await rm(folder, { recursive: true });
});
