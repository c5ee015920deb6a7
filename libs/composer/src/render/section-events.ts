import { SAMPLE_RATE_HZ } from '../engine.ts';
import type { PlannedSection, SongPlan } from '../score/song-plan.ts';

/** What a synthesiser is told, and at which sample of the section. */
export type SynthEvent = { readonly sample: number; readonly channel: number } & (
  | { readonly kind: 'off'; readonly pitch: number }
  | { readonly kind: 'control'; readonly controller: typeof MODULATION | 11; readonly value: number }
  | { readonly kind: 'on'; readonly pitch: number; readonly velocity: number }
);

const ORDER = { off: 0, control: 1, on: 2 } as const;
const SHORTEST_NOTE_SAMPLES = 220;
const MODULATION = 1;
const LONG_NOTE_SECONDS = 0.45;

/** The sample at which a beat of a section falls. */
export function sampleOfBeat(beat: number, bpm: number): number {
  return Math.round(((beat * 60) / bpm) * SAMPLE_RATE_HZ);
}

/** The notes and controllers of a section in the order of their samples. Long notes of the tune get a vibrato. */
export function sectionEvents(plan: SongPlan, section: PlannedSection): SynthEvent[] {
  const channels = new Map((section.parts ?? plan.parts).map((part) => [part.name, part.channel]));
  const events: SynthEvent[] = [];
  for (const note of section.notes) {
    const channel = channels.get(note.part)!;
    const sample = sampleOfBeat(note.startBeat, plan.bpm);
    const end = Math.max(sample + SHORTEST_NOTE_SAMPLES, sampleOfBeat(note.startBeat + note.beats, plan.bpm));
    events.push({ kind: 'on', sample, channel, pitch: note.pitch, velocity: note.velocity });
    events.push({ kind: 'off', sample: end, channel, pitch: note.pitch });
    if (note.part === 'lead' && (note.beats * 60) / plan.bpm > LONG_NOTE_SECONDS) {
      for (const [seconds, value] of [
        [0, 0],
        [0.22, 28],
        [0.4, 48],
      ] as const) {
        const later = sample + Math.round(seconds * SAMPLE_RATE_HZ);
        events.push({ kind: 'control', sample: later, channel, controller: MODULATION, value });
      }
    }
  }
  for (const { part, startBeat, controller, value } of section.controls) {
    const sample = sampleOfBeat(startBeat, plan.bpm);
    events.push({ kind: 'control', sample, channel: channels.get(part)!, controller, value });
  }
  return events.sort((a, b) => a.sample - b.sample || ORDER[a.kind] - ORDER[b.kind]);
}
