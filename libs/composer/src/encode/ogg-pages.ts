const HEADER_BYTES = 27;
const MOST_SEGMENTS = 255;
const SEGMENT_BYTES = 255;
const CHECKSUM_AT = 22;
const NO_POSITION = 0xffff_ffff_ffff_ffffn;

/** A packet of a logical stream, and the position that is reached with it: for Opus, samples at 48 kHz. */
export interface OggPacket {
  readonly bytes: Uint8Array;
  readonly position: bigint;
  /** Ends its page, as header packets must. */
  readonly endsPage?: boolean;
}

/** Packs the packets of one logical stream into Ogg pages (RFC 3533), one page at a time. */
export async function* oggPages(
  packets: Iterable<OggPacket> | AsyncIterable<OggPacket>,
  serialNumber: number,
): AsyncGenerator<Uint8Array> {
  let number = 0;
  let laces: number[] = [];
  let bodies: Uint8Array[] = [];
  let position = NO_POSITION;
  const page = (isLast: boolean): Uint8Array => {
    const bytes = pageOf({ laces, bodies, position, serialNumber, number, isFirst: number === 0, isLast });
    number++;
    [laces, bodies, position] = [[], [], NO_POSITION];
    return bytes;
  };
  for await (const packet of packets) {
    const whole = Math.floor(packet.bytes.length / SEGMENT_BYTES);
    // A packet that fits on no page of its own would have to be continued on the next one; packets of sound are far smaller.
    if (whole + 1 > MOST_SEGMENTS)
      throw new RangeError(`a packet of ${packet.bytes.length} bytes is too large for a page`);
    if (laces.length + whole + 1 > MOST_SEGMENTS) yield page(false);
    laces.push(...Array.from({ length: whole }, () => SEGMENT_BYTES), packet.bytes.length % SEGMENT_BYTES);
    bodies.push(packet.bytes);
    position = packet.position;
    if (packet.endsPage === true) yield page(false);
  }
  yield page(true);
}

interface Page {
  readonly laces: readonly number[];
  readonly bodies: readonly Uint8Array[];
  readonly position: bigint;
  readonly serialNumber: number;
  readonly number: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function pageOf({ laces, bodies, position, serialNumber, number, isFirst, isLast }: Page): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES + laces.length);
  header.write('OggS', 0, 'latin1');
  header[5] = (isFirst ? 2 : 0) | (isLast ? 4 : 0);
  header.writeBigUInt64LE(position, 6);
  header.writeUInt32LE(serialNumber, 14);
  header.writeUInt32LE(number, 18);
  header[26] = laces.length;
  header.set(laces, HEADER_BYTES);
  const bytes = Buffer.concat([header, ...bodies]);
  bytes.writeUInt32LE(oggChecksum(bytes), CHECKSUM_AT);
  return bytes;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc >>> 0;
});

/** The checksum of a page whose own field is zero: polynomial 0x04c11db7, start 0 (RFC 3533, 6). */
export function oggChecksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ TABLE[((crc >>> 24) ^ byte) & 255]!) >>> 0;
  return crc;
}
