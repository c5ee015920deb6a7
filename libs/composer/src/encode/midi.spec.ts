import { SAMPLE_LYRICS } from '../sample-song.ts';
import { planSong } from '../score/plan-song.ts';
import { encodeMidi } from './midi.ts';

interface MidiEvent {
  readonly tick: number;
  readonly status: number;
  readonly data: Buffer;
}

/** Reads a Standard MIDI File without running status. */
function readMidi(file: Buffer): { format: number; ticksPerBeat: number; tracks: MidiEvent[][] } {
  expect(file.subarray(0, 4).toString('latin1')).toBe('MThd');
  const tracks: MidiEvent[][] = [];
  let at = 14;
  while (at < file.length) {
    expect(file.subarray(at, at + 4).toString('latin1')).toBe('MTrk');
    const end = at + 8 + file.readUInt32BE(at + 4);
    at += 8;
    const events: MidiEvent[] = [];
    let tick = 0;
    const variable = (): number => {
      let value = 0;
      for (;;) {
        const byte = file[at++]!;
        value = value * 128 + (byte & 127);
        if (byte < 128) return value;
      }
    };
    while (at < end) {
      tick += variable();
      const first = file[at++]!;
      const status = first === 0xff ? 0xff00 | file[at++]! : first;
      const length = first === 0xff ? variable() : (first & 0xf0) === 0xc0 ? 1 : 2;
      events.push({ tick, status, data: file.subarray(at, at + length) });
      at += length;
    }
    expect(at).toBe(end);
    expect(events.at(-1)!.status).toBe(0xff2f);
    tracks.push(events);
  }
  expect(tracks).toHaveLength(file.readUInt16BE(10));
  return { format: file.readUInt16BE(8), ticksPerBeat: file.readUInt16BE(12), tracks };
}

describe('encodeMidi', () => {
  it.each([40, 87, 112, 133.5, 240])('writes format 1 with the exact tempo and all notes at %d bpm', (bpm) => {
    const plan = planSong({ lyrics: SAMPLE_LYRICS, style: 'pop', bpm, seed: 2 });
    const midi = readMidi(Buffer.from(encodeMidi(plan)));
    expect(midi).toMatchObject({ format: 1, ticksPerBeat: 480 });
    expect(midi.tracks).toHaveLength(plan.parts.length + 1);
    const tempi = midi.tracks.flat().filter((event) => event.status === 0xff51);
    expect(tempi.map((event) => event.data.readUIntBE(0, 3))).toEqual([Math.round(60e6 / bpm)]);
    const sections = midi.tracks[0]!.filter((event) => event.status === 0xff06);
    expect(sections.map((event) => [event.tick, event.data.toString()])).toEqual(
      plan.sections.map((section) => [section.startBeat * 480, section.name]),
    );
    const notes = plan.sections.flatMap((section) => section.notes);
    const started = midi.tracks.flat().filter((event) => (event.status & 0xfff0) === 0x90);
    const ended = midi.tracks.flat().filter((event) => (event.status & 0xfff0) === 0x80);
    expect([started.length, ended.length]).toEqual([notes.length, notes.length]);
    const words = midi.tracks.flat().filter((event) => event.status === 0xff05);
    expect(words.map((event) => event.data.toString())).toEqual(notes.flatMap((note) => note.syllable ?? []));
  });

  it('writes the same bytes twice', () => {
    const plan = planSong({ instrumental: true, style: 'gufeng', durationSeconds: 30, seed: 2 });
    expect(encodeMidi(plan)).toEqual(encodeMidi(plan));
  });
});
