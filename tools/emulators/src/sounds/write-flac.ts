import { CHANNELS, SAMPLE_RATE_HZ } from './make-tone.ts';

const BLOCK_FRAMES = 4096;
const BYTES_PER_SAMPLE = 2;
/** fLaC, the head of a metadata block that is the last, and STREAMINFO. RFC 9639, 8.2. */
const HEADER_BYTES = 4 + 4 + 34;

/** FLAC whose subframes hold their samples as they are (RFC 9639, 9.2.4): large, and read by every decoder. */
export function writeFlac(samples: Int16Array): Buffer {
  const frames = samples.length / CHANNELS;
  const blocks = Array.from({ length: Math.ceil(frames / BLOCK_FRAMES) }, (_, number) => blockOf(samples, number));
  return Buffer.concat([headerOf(frames), ...blocks]);
}

function headerOf(frames: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('fLaC', 0, 'latin1');
  header.writeUInt32BE(0x80000000 + 34, 4);
  header.writeUInt16BE(BLOCK_FRAMES, 8);
  header.writeUInt16BE(BLOCK_FRAMES, 10);
  // Rate in 20 bits, channels less one in 3, bits less one in 5, and samples in 36; the digest stays 0 for unknown.
  const facts = (BigInt(SAMPLE_RATE_HZ) << 44n) | (BigInt(CHANNELS - 1) << 41n) | (BigInt(15) << 36n) | BigInt(frames);
  header.writeBigUInt64BE(facts, 18);
  return header;
}

function blockOf(samples: Int16Array, number: number): Buffer {
  const first = number * BLOCK_FRAMES;
  const count = Math.min(BLOCK_FRAMES, samples.length / CHANNELS - first);
  // Blocks of a fixed size, the size in 16 bits; 48 kHz; two channels on their own; 16 bits.
  const head = [0xff, 0xf8, 0x7a, 0x18, ...utf8Of(number), (count - 1) >> 8, (count - 1) & 0xff];
  const subframeBytes = 1 + count * BYTES_PER_SAMPLE;
  const block = Buffer.alloc(head.length + 1 + CHANNELS * subframeBytes + 2);
  block.set(head);
  block.writeUInt8(crc8(head), head.length);
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    const start = head.length + 1 + channel * subframeBytes;
    block.writeUInt8(0x02, start);
    const side = new Int16Array(count);
    for (let at = 0; at < count; at += 1) side[at] = samples[(first + at) * CHANNELS + channel]!;
    block.set(Buffer.from(side.buffer).swap16(), start + 1);
  }
  block.writeUInt16BE(crc16(block.subarray(0, -2)), block.length - 2);
  return block;
}

/** As in UTF-8, for numbers up to 65 535: eleven hours of sound are more than anybody asks for. */
function utf8Of(number: number): number[] {
  if (number < 0x80) return [number];
  const last = 0x80 | (number & 0x3f);
  if (number < 0x800) return [0xc0 | (number >> 6), last];
  return [0xe0 | (number >> 12), 0x80 | ((number >> 6) & 0x3f), last];
}

/** For each byte what it does to the sum. */
function tableOf(bits: 8 | 16, polynomial: number): Uint16Array {
  const top = 1 << (bits - 1);
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let value = byte << (bits - 8);
    for (let bit = 0; bit < 8; bit += 1) value = value & top ? (value << 1) ^ polynomial : value << 1;
    return value & ((1 << bits) - 1);
  });
}

const CRC_8 = tableOf(8, 0x07);
const CRC_16 = tableOf(16, 0x8005);

function crc8(bytes: Iterable<number>): number {
  let value = 0;
  for (const byte of bytes) value = CRC_8[value ^ byte]!;
  return value;
}

function crc16(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = ((value << 8) & 0xffff) ^ CRC_16[(value >> 8) ^ byte]!;
  return value;
}
