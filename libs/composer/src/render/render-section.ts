import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '@framesong/errors';
import type { SpessaSynthProcessor } from 'spessasynth_core';
import { SAMPLE_RATE_HZ, SECTION_TAIL_SECONDS, type StereoPcm } from '../engine.ts';
import type { PlannedPart, SongPlan } from '../score/song-plan.ts';
import { profileNamed } from '../style/profiles.ts';
import { createChannelStrips, effectsReferenceDb, type Sides } from './channel-strips.ts';
import { createDucking } from './ducking.ts';
import { sectionEvents, type SynthEvent } from './section-events.ts';
import { BLOCK_SAMPLES, bundledSoundfontPath, createSynth } from './soundfont.ts';

/** Called while a section is rendered, with seconds of sound. */
export type RenderProgress = (doneSeconds: number, totalSeconds: number) => void;

/** Options of {@link renderSection}. */
export interface RenderOptions {
  /** An SF2 or SF3 file with the General MIDI sounds. Default: the one of the package. */
  readonly soundfontPath?: string;
  readonly onProgress?: RenderProgress;
  readonly signal?: AbortSignal;
}

/** MIDI controllers. */
const BANK = 0;
const VOLUME = 7;
const PAN = 10;
const EXPRESSION = 11;
const REVERB = 91;
const CHORUS = 93;
const MIDI_CHANNELS = 16;
const PROGRESS_SAMPLES = SAMPLE_RATE_HZ;

/**
 * Renders one section with its tail. Nothing but the plan and the index goes in: the bytes are the same whatever the
 * process rendered before.
 *
 * @throws FramesongError of `signal` when it fires; FAILED_PRECONDITION when the soundfont cannot be read
 */
export async function renderSection(plan: SongPlan, index: number, options: RenderOptions = {}): Promise<StereoPcm> {
  const section = plan.sections[index];
  if (!section) throw new RangeError(`the plan has ${plan.sections.length} sections, none at ${index}`);
  throwIfAborted(options.signal);
  // A processor of its own for every section: what still sounded in another one would change the bytes.
  // Trap: destroySynthProcessor() empties the soundfont that all processors share; it is left to the garbage collector.
  const synth = await createSynth(options.soundfontPath ?? bundledSoundfontPath(), { effects: true });
  const parts = section.parts ?? plan.parts;
  setUp(synth, parts);
  const events = sectionEvents(plan, section);
  const strips = createChannelStrips(parts);
  const ducking = createDucking(section, plan.bpm, profileNamed(section.profile ?? plan.profile).duck);
  const total = Math.round((section.durationSeconds + SECTION_TAIL_SECONDS) * SAMPLE_RATE_HZ);
  const target: Sides = [new Float32Array(total), new Float32Array(total)];
  const channels = Array.from({ length: MIDI_CHANNELS }, sides);
  const effects = sides();
  const blocks = [...channels.flat(), ...effects];
  const duck = new Float32Array(BLOCK_SAMPLES);
  let done = 0;
  let next = 0;
  while (done < total) {
    while (next < events.length && events[next]!.sample <= done) send(synth, events[next++]!);
    const count = Math.min(BLOCK_SAMPLES, total - done, (events[next]?.sample ?? total) - done);
    for (const side of blocks) side.fill(0);
    synth.processSplit(channels, effects[0], effects[1], 0, count);
    for (let sample = 0; sample < count; sample++) duck[sample] = ducking(done + sample);
    strips.mix(channels, effects, duck, target, done, count);
    const before = done;
    done += count;
    if (Math.floor(done / PROGRESS_SAMPLES) === Math.floor(before / PROGRESS_SAMPLES) && done < total) continue;
    options.onProgress?.(done / SAMPLE_RATE_HZ, total / SAMPLE_RATE_HZ);
    await setImmediate();
    throwIfAborted(options.signal);
  }
  synth.stopAllChannels(true);
  return { left: target[0], right: target[1] };
}

function sides(): [Float32Array, Float32Array] {
  return [new Float32Array(BLOCK_SAMPLES), new Float32Array(BLOCK_SAMPLES)];
}

function setUp(synth: SpessaSynthProcessor, parts: readonly PlannedPart[]): void {
  const referenceDb = effectsReferenceDb(parts);
  for (const part of parts) {
    // The effects mix all sends before the strips apply their gains, so each send follows the gain of its part.
    const send = (level: number): number => Math.min(127, Math.round(level * 10 ** ((part.gainDb - referenceDb) / 20)));
    synth.controllerChange(part.channel, BANK, 0);
    synth.programChange(part.channel, part.program);
    synth.controllerChange(part.channel, VOLUME, 100);
    synth.controllerChange(part.channel, PAN, Math.round(64 + part.pan * 63));
    synth.controllerChange(part.channel, EXPRESSION, 120);
    synth.controllerChange(part.channel, REVERB, send(part.reverb));
    synth.controllerChange(part.channel, CHORUS, send(part.chorus));
  }
}

function send(synth: SpessaSynthProcessor, event: SynthEvent): void {
  if (event.kind === 'on') synth.noteOn(event.channel, event.pitch, event.velocity);
  else if (event.kind === 'off') synth.noteOff(event.channel, event.pitch);
  else synth.controllerChange(event.channel, event.controller, event.value);
}
