import { createHash } from 'node:crypto';
import { resample } from '../decode/resample.ts';
import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { createRandom } from '../random.ts';
import { SAMPLE_LYRICS, SAMPLE_STYLE } from '../sample-song.ts';
import { planSong } from '../score/plan-song.ts';
import { crc16, crc8 } from './crc.ts';
import { encodeFlac } from './flac.ts';
import { encodeLrc } from './lrc.ts';
import { encodeMp3 } from './mp3.ts';
import { encodeOggOpus, OPUS_FRAME_SAMPLES } from './ogg-opus.ts';
import { oggChecksum } from './ogg-pages.ts';
import { encodeOggVorbis } from './ogg-vorbis.ts';
import { encodeOpus } from './opus.ts';
import { encodeWav } from './wav.ts';

/** A tone with noise, a silence, and a full-scale click: each takes another path through the encoders. */
function testSound(): StereoPcm {
  const random = createRandom(5, 'sound');
  const left = Float32Array.from({ length: 30_011 }, (_, at) => {
    if (at > 15_000 && at < 25_000) return 0;
    if (at === 26_000) return 1;
    return 0.4 * Math.sin(at / 17) + random.normal() * 0.01;
  });
  return { left, right: left.map((sample, at) => (at % 8192 < 4096 ? sample * 0.9 : random.normal() * 0.3)) };
}

async function collect(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** The packets of pages on which none is continued. */
function packetsIn(pages: readonly Page[]): Buffer[] {
  return pages.flatMap(({ laces, body }) => {
    const packets: Buffer[] = [];
    let [start, end] = [0, 0];
    for (const lace of laces) {
      end += lace;
      if (lace === 255) continue;
      packets.push(body.subarray(start, end));
      start = end;
    }
    return packets;
  });
}

interface Page {
  readonly flags: number;
  readonly laces: readonly number[];
  readonly position: bigint;
  readonly body: Buffer;
}

/** The pages of an Ogg file, each with its checksum verified (RFC 3533). */
function pagesOf(file: Buffer): Page[] {
  const pages: Page[] = [];
  for (let at = 0; at < file.length;) {
    const laces = file[at + 26]!;
    const bodyAt = at + 27 + laces;
    const end = bodyAt + file.subarray(at + 27, bodyAt).reduce((sum, lace) => sum + lace, 0);
    const page = Buffer.from(file.subarray(at, end));
    const checksum = page.readUInt32LE(22);
    page.writeUInt32LE(0, 22);
    expect([page.toString('latin1', 0, 4), oggChecksum(page)]).toEqual(['OggS', checksum]);
    pages.push({
      flags: page[5]!,
      laces: [...file.subarray(at + 27, bodyAt)],
      position: page.readBigInt64LE(6),
      body: file.subarray(bodyAt, end),
    });
    at = end;
  }
  return pages;
}

class BitReader {
  position = 0;
  readonly #bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  read(width: number): number {
    let value = 0;
    for (let left = width; left > 0; left--, this.position++) {
      value = value * 2 + ((this.#bytes[this.position >> 3]! >> (7 - (this.position & 7))) & 1);
    }
    return value;
  }
  readSigned(width: number): number {
    const value = this.read(width);
    return value >= 2 ** (width - 1) ? value - 2 ** width : value;
  }
  readUnary(): number {
    let count = 0;
    while (this.read(1) === 0) count++;
    return count;
  }
}

/** Decodes what the encoder may write: fixed predictors, one Rice partition, plain or mid/side stereo. */
function decodeFlac(file: Buffer): { samples: Int16Array; digest: string; frames: number } {
  expect(file.subarray(0, 4).toString('latin1')).toBe('fLaC');
  const digest = file.subarray(26, 42).toString('hex');
  const frames = Number(file.readBigUInt64BE(18) & 0xfffffffffn);
  const samples: number[] = [];
  let start = 42;
  for (let number = 0; start < file.length; number++) {
    const bits = new BitReader(file.subarray(start));
    expect(bits.read(16)).toBe(0xfff8);
    expect(bits.read(8)).toBe(0x79);
    const stereo = bits.read(4);
    expect(bits.read(4)).toBe(8);
    expect(bits.read(8)).toBe(number);
    const length = bits.read(16) + 1;
    expect(bits.read(8)).toBe(crc8(file.subarray(start, start + 7)));
    const channels = [0, 1].map((channel) => decodeSubframe(bits, length, stereo === 10 && channel === 1 ? 17 : 16));
    for (let index = 0; index < length; index++) {
      const [first, second] = [channels[0]![index]!, channels[1]![index]!];
      const sum = first * 2 + (second & 1);
      samples.push(...(stereo === 10 ? [(sum + second) >> 1, (sum - second) >> 1] : [first, second]));
    }
    const end = start + Math.ceil(bits.position / 8);
    expect(file.readUInt16BE(end)).toBe(crc16(file.subarray(start, end)));
    start = end + 2;
  }
  return { samples: Int16Array.from(samples), digest, frames };
}

function decodeSubframe(bits: BitReader, length: number, width: number): number[] {
  const order = (bits.read(8) >> 1) - 8;
  expect(order).toBeGreaterThanOrEqual(0);
  const out = Array.from({ length: order }, () => bits.readSigned(width));
  expect(bits.read(6)).toBe(0);
  const parameter = bits.read(4);
  const weights = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]][order]!;
  for (let index = order; index < length; index++) {
    const folded = bits.readUnary() * 2 ** parameter + bits.read(parameter);
    const residual = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    out.push(residual + weights.reduce((sum, weight, back) => sum + weight * out[index - 1 - back]!, 0));
  }
  return out;
}

describe('the encoders', () => {
  const pcm = testSound();

  it('write a WAV whose samples are those of the sound, dithered', async () => {
    const wav = await collect(encodeWav(pcm));
    expect(wav.subarray(0, 16).toString('latin1')).toMatch(/^RIFF....WAVEfmt $/s);
    expect([wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)]).toEqual([
      1,
      2,
      SAMPLE_RATE_HZ,
      16,
    ]);
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
    expect(wav.readUInt32LE(40)).toBe(pcm.left.length * 4);
    const worst = pcm.left.reduce(
      (most, sample, at) => Math.max(most, Math.abs(wav.readInt16LE(44 + at * 4) / 32_767 - sample)),
      0,
    );
    expect(worst).toBeLessThan(1.1 / 32_767);
  });

  it('write a FLAC with right checksums that decodes to the samples of the WAV', async () => {
    const wav = (await collect(encodeWav(pcm))).subarray(44);
    const flac = await collect(encodeFlac(pcm));
    const decoded = decodeFlac(flac);
    expect(decoded.frames).toBe(pcm.left.length);
    expect(Buffer.from(decoded.samples.buffer).equals(wav)).toBe(true);
    expect(decoded.digest).toBe(createHash('md5').update(wav).digest('hex'));
    expect(flac.length).toBeLessThan(wav.length);
  });

  it('write an MP3 of whole frames at 192 kbit/s and 44.1 kHz', async () => {
    const mp3 = await collect(encodeMp3(pcm));
    let frames = 0;
    for (let at = 0; at < mp3.length; frames++) {
      // MPEG 1 layer III without checksum, bitrate 192, 44.1 kHz, then the padding bit.
      expect(mp3.readUInt16BE(at)).toBe(0xfffb);
      expect(mp3[at + 2]! & 0b1111_1100).toBe(0xb0);
      at += Math.floor((144 * 192_000) / SAMPLE_RATE_HZ) + ((mp3[at + 2]! >> 1) & 1);
    }
    expect(frames * 1152).toBeGreaterThanOrEqual(pcm.left.length);
    expect(frames * 1152).toBeLessThan(pcm.left.length + 4 * 1152);
  });

  it('write Ogg Vorbis of 44.1 kHz in pages with right checksums, as long as the sound', async () => {
    const pages = pagesOf(await collect(encodeOggVorbis(pcm)));
    const identification = pages[0]!.body;
    expect(identification.toString('latin1', 1, 7)).toBe('vorbis');
    expect([identification[11], identification.readUInt32LE(12)]).toEqual([2, SAMPLE_RATE_HZ]);
    expect(pages.map(({ flags }) => flags & 6)).toEqual([2, ...pages.slice(2).map(() => 0), 4]);
    expect(pages.at(-1)!.position).toBe(BigInt(pcm.left.length));
  });

  it('write Ogg Opus of 48 kHz in pages with right checksums, as long as the sound', async () => {
    const frames: Int16Array[] = [];
    // A packet of 20 ms of stereo silence (RFC 6716): what is in the packets is the encoder's business.
    const encoder = {
      encode(frame: Int16Array) {
        frames.push(frame);
        return Uint8Array.of(0xfc, 0xff, 0xfe);
      },
      close: jest.fn(),
    };
    const pages = pagesOf(await collect(encodeOggOpus(pcm, encoder)));
    const [head, tags] = pages.map(({ body }) => body);
    expect([head!.toString('latin1', 0, 8), head![9], head!.readUInt16LE(10)]).toEqual(['OpusHead', 2, 312]);
    expect(tags!.toString('latin1', 0, 8)).toBe('OpusTags');
    expect(pages.at(-1)!.position).toBe(BigInt(Math.ceil((pcm.left.length * 48_000) / SAMPLE_RATE_HZ) + 312));
    expect(frames.length).toBe(Math.ceil(Number(pages.at(-1)!.position) / OPUS_FRAME_SAMPLES));
    expect(encoder.close).toHaveBeenCalledTimes(1);
    const whole = resample({ ...pcm, sampleRateHz: SAMPLE_RATE_HZ }, 48_000).left;
    const left = frames.flatMap((frame) => Array.from(frame.filter((_, at) => at % 2 === 0)));
    const worst = whole.reduce((most, sample, at) => Math.max(most, Math.abs(left[at]! / 32_767 - sample)), 0);
    expect(worst).toBeLessThan(1 / 32_767);
  });

  it('write Opus packets that sound like the sound, at the very place where it was', async () => {
    const pages = pagesOf(await collect(encodeOpus(pcm)));
    const { default: OpusScript } = await import('opusscript');
    const decoder = new OpusScript(48_000, 2, OpusScript.Application.AUDIO);
    const decoded = packetsIn(pages.slice(2)).map((packet) => decoder.decode(packet));
    decoder.delete();
    const bytes = Buffer.concat(decoded);
    const preSkip = pages[0]!.body.readUInt16LE(10);
    const whole = resample({ ...pcm, sampleRateHz: SAMPLE_RATE_HZ }, 48_000).left;
    // Of the first half, which has neither silence nor a click.
    const likeness = (shift: number) => {
      let [together, ours, theirs] = [0, 0, 0];
      for (let at = 500; at < 15_000; at++) {
        const [one, other] = [whole[at]!, bytes.readInt16LE((at + shift) * 4) / 32_767];
        together += one * other;
        ours += one ** 2;
        theirs += other ** 2;
      }
      return together / Math.sqrt(ours * theirs);
    };
    expect(likeness(preSkip)).toBeGreaterThan(0.99);
    expect(likeness(preSkip)).toBeGreaterThan(likeness(preSkip - 1));
    expect(likeness(preSkip)).toBeGreaterThan(likeness(preSkip + 1));
  });

  it('write the same bytes twice', async () => {
    for (const encode of [encodeWav, encodeFlac, encodeMp3, encodeOggVorbis, encodeOpus]) {
      expect((await collect(encode(pcm))).equals(await collect(encode(pcm)))).toBe(true);
    }
  });

  it('write each line of lyrics with its time as LRC', () => {
    const plan = planSong({ lyrics: SAMPLE_LYRICS, style: SAMPLE_STYLE, seed: 1 });
    const lines = encodeLrc(plan).trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual(['[re:framesong-composer]', '[ve:2]']);
    const words = lines.filter((line) => /^\[\d\d:\d\d\.\d\d\][^#]/.test(line)).map((line) => line.slice(10));
    expect(words).toEqual(
      SAMPLE_LYRICS.trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('[')),
    );
    const times = lines.slice(3).map((line) => line.slice(0, 10));
    expect([...times].sort()).toEqual(times);
  });
});
