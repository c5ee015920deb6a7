import { BitReader } from './bit-reader.ts';
import { readSubframe } from './flac-subframe-reader.ts';
import { badSound, checkLength, type DecodedSound } from './sound.ts';

const STREAMINFO = 0;
const LEFT_SIDE = 8;
const RIGHT_SIDE = 9;
const MID_SIDE = 10;
/** Bits per sample by their code in a frame header; 0 takes the one of the stream (RFC 9639, 9.1.4). */
const SAMPLE_BITS = [0, 8, 12, 0, 16, 20, 24, 32];

interface StreamInfo {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bits: number;
  readonly frames: number;
}

/**
 * Decodes a FLAC file of one or two channels (RFC 9639): all predictors, both Rice codes, wasted bits, all stereo forms.
 * @throws FramesongError INVALID_ARGUMENT for what is no whole FLAC file, or has more channels
 */
export function decodeFlac(file: Uint8Array): DecodedSound {
  if (Buffer.from(file.subarray(0, 4)).toString('latin1') !== 'fLaC') throw badSound('is no FLAC file');
  const { info, offset } = readMetadata(file);
  if (info.channels > 2) throw badSound(`has ${info.channels} channels; one or two are taken`);
  checkLength(info.frames, info.sampleRateHz);
  const sides = Array.from({ length: info.channels }, () => new Float32Array(info.frames));
  const scale = 2 ** (1 - info.bits);
  let at = offset;
  let done = 0;
  try {
    while (done < info.frames) {
      const { channels, end } = readFrame(file, at, info);
      const count = Math.min(channels[0]!.length, info.frames - done);
      channels.forEach((samples, channel) => {
        const side = sides[channel]!;
        for (let index = 0; index < count; index++) side[done + index] = samples[index]! * scale;
      });
      done += count;
      at = end;
    }
  } catch (thrown) {
    if (thrown instanceof RangeError) throw badSound(`is cut off or damaged: ${thrown.message}`);
    throw thrown;
  }
  return { left: sides[0]!, right: sides[1] ?? sides[0]!, sampleRateHz: info.sampleRateHz };
}

function readMetadata(file: Uint8Array): { info: StreamInfo; offset: number } {
  let info: StreamInfo | undefined;
  for (let offset = 4; ;) {
    const header = new BitReader(file, offset);
    const [isLast, type, length] = [header.read(1), header.read(7), header.read(24)];
    if (type === STREAMINFO) {
      const bits = new BitReader(file, offset + 4 + 10);
      const [sampleRateHz, channels, sampleBits] = [bits.read(20), bits.read(3) + 1, bits.read(5) + 1];
      info = { sampleRateHz, channels, bits: sampleBits, frames: bits.read(4) * 2 ** 32 + bits.read(32) };
    }
    offset += 4 + length;
    if (isLast === 0) continue;
    if (!info || info.frames === 0) throw badSound('does not say how long it is');
    return { info, offset };
  }
}

function readFrame(file: Uint8Array, offset: number, info: StreamInfo): { channels: Int32Array[]; end: number } {
  const bits = new BitReader(file, offset);
  if (bits.read(15) !== 0x7ffc) throw new RangeError(`there is no frame at byte ${offset}`);
  bits.read(1); // whether the block size varies
  const [sizeCode, rateCode, assignment, sampleCode] = [bits.read(4), bits.read(4), bits.read(4), bits.read(3)];
  bits.read(1);
  skipCodedNumber(bits);
  const length = readBlockSize(bits, sizeCode);
  if (rateCode === 12) bits.read(8);
  else if (rateCode === 13 || rateCode === 14) bits.read(16);
  bits.read(8); // checksum of the header
  const sampleBits = SAMPLE_BITS[sampleCode]! || info.bits;
  const count = assignment < LEFT_SIDE ? assignment + 1 : 2;
  if (count !== info.channels) throw new RangeError('a frame has another number of channels');
  const channels = Array.from({ length: count }, (_, channel) => {
    const isSide = channel === (assignment === RIGHT_SIDE ? 0 : 1) && assignment >= LEFT_SIDE;
    return readSubframe(bits, length, sampleBits + (isSide ? 1 : 0));
  });
  decorrelate(channels, assignment);
  bits.align();
  return { channels, end: bits.byteOffset + 2 };
}

function skipCodedNumber(bits: BitReader): void {
  for (let lead = bits.read(8) << 1; (lead & 0x100) !== 0 && (lead & 0x80) !== 0; lead <<= 1) bits.read(8);
}

function readBlockSize(bits: BitReader, code: number): number {
  if (code === 1) return 192;
  if (code >= 2 && code <= 5) return 576 << (code - 2);
  if (code === 6) return bits.read(8) + 1;
  if (code === 7) return bits.read(16) + 1;
  if (code >= 8) return 256 << (code - 8);
  throw new RangeError('a frame names no block size');
}

function decorrelate([first, second]: Int32Array[], assignment: number): void {
  if (!first || !second || assignment < LEFT_SIDE) return;
  for (let index = 0; index < first.length; index++) {
    const [a, b] = [first[index]!, second[index]!];
    if (assignment === LEFT_SIDE) second[index] = a - b;
    else if (assignment === RIGHT_SIDE) first[index] = a + b;
    else if (assignment === MID_SIDE) {
      const sum = a * 2 + (b & 1);
      first[index] = (sum + b) >> 1;
      second[index] = (sum - b) >> 1;
    }
  }
}
