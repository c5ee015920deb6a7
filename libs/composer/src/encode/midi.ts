import type { PlannedPart, PlannedSection, SongPlan } from '../score/song-plan.ts';

const TICKS_PER_BEAT = 480;
const PLAYS_FIRST = { off: 0, text: 1, setup: 1, on: 2 } as const;

/** An event of a track before times become differences. */
interface TrackEvent {
  readonly tick: number;
  readonly order: number;
  readonly bytes: readonly number[];
}

/**
 * A plan as a Standard MIDI File of format 1, 480 ticks to the beat: first a track with tempo, metre and section names, then
 * one track per part. The notes of the tune carry their syllables as lyric events.
 */
export function encodeMidi(plan: SongPlan): Uint8Array {
  const tracks = [
    conductorTrack(plan),
    ...plan.parts.map((part) =>
      partTrack(
        plan,
        part,
        plan.sections.filter((section) => !section.parts),
      ),
    ),
    // Their notes lie where those of the song's own parts are silent, so they may share channels.
    ...plan.sections.flatMap((section) => (section.parts ?? []).map((part) => partTrack(plan, part, [section]))),
  ];
  const header = [...ascii('MThd'), ...bigEndian(6, 4), ...bigEndian(1, 2), ...bigEndian(tracks.length, 2)];
  return Uint8Array.from([...header, ...bigEndian(TICKS_PER_BEAT, 2)].concat(...tracks));
}

function conductorTrack(plan: SongPlan): number[] {
  const microsecondsPerBeat = Math.round(60_000_000 / plan.bpm);
  const events: TrackEvent[] = [
    meta(0, 0x51, bigEndian(microsecondsPerBeat, 3)),
    // Metre: numerator, denominator as a power of two, MIDI clocks per click, 32nds per beat.
    meta(0, 0x58, [plan.beatsPerBar, 2, 24, 8]),
    ...plan.sections.map((section) => meta(tickOf(section.startBeat), 0x06, utf8(section.name))),
  ];
  return track(events, plan);
}

function partTrack(plan: SongPlan, part: PlannedPart, sections: readonly PlannedSection[]): number[] {
  const { channel } = part;
  const events: TrackEvent[] = [meta(0, 0x03, utf8(part.name))];
  for (const section of sections) {
    // Again after each section with instruments of its own, which may have used the channel.
    if (section === sections[0] || plan.sections[section.index - 1]?.parts) {
      events.push(...setUp(part, section === plan.sections[0] ? 0 : tickOf(section.startBeat)));
    }
    for (const note of section.notes.filter((candidate) => candidate.part === part.name)) {
      const tick = tickOf(section.startBeat + note.startBeat);
      const end = Math.max(tick + 1, tickOf(section.startBeat + note.startBeat + note.beats));
      if (note.syllable !== undefined) events.push(meta(tick, 0x05, utf8(note.syllable)));
      events.push({ tick, order: PLAYS_FIRST.on, bytes: [0x90 | channel, note.pitch, note.velocity] });
      events.push({ tick: end, order: PLAYS_FIRST.off, bytes: [0x80 | channel, note.pitch, 0] });
    }
  }
  return track(events, plan);
}

function setUp({ channel, program, gainDb, pan }: PlannedPart, tick: number): TrackEvent[] {
  const volume = Math.max(20, Math.min(127, Math.round(100 * 10 ** (gainDb / 40))));
  return [
    { tick, order: PLAYS_FIRST.setup, bytes: [0xc0 | channel, program] },
    { tick, order: PLAYS_FIRST.setup, bytes: [0xb0 | channel, 7, volume] },
    { tick, order: PLAYS_FIRST.setup, bytes: [0xb0 | channel, 10, Math.round(64 + pan * 63)] },
  ];
}

function track(events: readonly TrackEvent[], plan: SongPlan): number[] {
  const bytes: number[] = [];
  let last = 0;
  for (const event of [...events].sort((a, b) => a.tick - b.tick || a.order - b.order)) {
    bytes.push(...variableLength(event.tick - last), ...event.bytes);
    last = event.tick;
  }
  const bars = plan.sections.reduce((sum, section) => sum + section.bars, 0);
  const end = Math.max(last, tickOf(bars * plan.beatsPerBar));
  bytes.push(...variableLength(end - last), 0xff, 0x2f, 0);
  return [...ascii('MTrk'), ...bigEndian(bytes.length, 4)].concat(bytes);
}

function meta(tick: number, type: number, data: readonly number[]): TrackEvent {
  return { tick, order: PLAYS_FIRST.text, bytes: [0xff, type, ...variableLength(data.length), ...data] };
}

function tickOf(beat: number): number {
  return Math.round(beat * TICKS_PER_BEAT);
}

function bigEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, index) => (value >>> (8 * (bytes - 1 - index))) & 0xff);
}

function variableLength(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}

function ascii(text: string): number[] {
  return Array.from(Buffer.from(text, 'latin1'));
}

function utf8(text: string): number[] {
  return Array.from(Buffer.from(text));
}
