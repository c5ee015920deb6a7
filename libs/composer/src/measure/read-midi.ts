/** One note of a MIDI file, in ticks. */
export interface MidiNote {
  readonly channel: number;
  readonly pitch: number;
  readonly startTick: number;
  readonly endTick: number;
}

/** What {@link readMidi} finds in a file. */
export interface MidiContent {
  readonly ticksPerBeat: number;
  readonly microsecondsPerBeat: number;
  readonly notes: readonly MidiNote[];
  readonly syllables: readonly string[];
  readonly markers: readonly { readonly tick: number; readonly text: string }[];
  /** Notes that begin while the same key of the same track and channel is down, or whose end is missing. */
  readonly stuckNotes: number;
}

const LYRIC = 0x05;
const MARKER = 0x06;
const TEMPO = 0x51;

/** Reads a Standard MIDI File of format 1 whose events all carry their status, as the composer writes them. */
export function readMidi(file: Uint8Array): MidiContent {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.toString('latin1', 0, 4) !== 'MThd' || bytes.readUInt16BE(8) !== 1) throw new Error('no MIDI of format 1');
  const notes: MidiNote[] = [];
  const syllables: { tick: number; text: string }[] = [];
  const markers: { tick: number; text: string }[] = [];
  let microsecondsPerBeat = 0;
  let stuckNotes = 0;
  let at = 14;
  for (let tracks = bytes.readUInt16BE(10); tracks > 0; tracks--) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    const down = new Map<number, number>();
    let tick = 0;
    at += 8;
    const variableLength = (): number => {
      let value = 0;
      for (;;) {
        const byte = bytes[at++]!;
        value = value * 128 + (byte & 0x7f);
        if (byte < 0x80) return value;
      }
    };
    while (at < end) {
      tick += variableLength();
      const status = bytes[at++]!;
      if (status === 0xff) {
        const type = bytes[at++]!;
        const length = variableLength();
        const data = bytes.subarray(at, at + length);
        at += length;
        if (type === TEMPO) microsecondsPerBeat = data.readUIntBE(0, 3);
        if (type === LYRIC) syllables.push({ tick, text: data.toString() });
        if (type === MARKER) markers.push({ tick, text: data.toString() });
        continue;
      }
      const [kind, channel, pitch] = [status >> 4, status & 15, bytes[at]!];
      at += kind === 0xc ? 1 : 2;
      const key = channel * 128 + pitch;
      const startTick = down.get(key);
      if (kind === 9) {
        if (startTick !== undefined) stuckNotes++;
        down.set(key, tick);
      } else if (kind === 8 && startTick !== undefined) {
        notes.push({ channel, pitch, startTick, endTick: tick });
        down.delete(key);
      }
    }
    stuckNotes += down.size;
  }
  const texts = syllables.sort((a, b) => a.tick - b.tick).map(({ text }) => text);
  return { ticksPerBeat: bytes.readUInt16BE(12), microsecondsPerBeat, notes, syllables: texts, markers, stuckNotes };
}
