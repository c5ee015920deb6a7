import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import type { SongPlan } from '../score/song-plan.ts';
import { encodePng } from './png.ts';
import { createSpectrometer, monoOf } from './spectrum.ts';

const WIDTH = 960;
const WAVE_HEIGHT = 110;
const SPECTRUM_HEIGHT = 220;
const HEIGHT = WAVE_HEIGHT + SPECTRUM_HEIGHT;
const SPECTRUM_SAMPLES = 4096;
const LOWEST_HZ = 40;
const HIGHEST_HZ = 16_000;
const QUIETEST_DB = -75;

/** Colours: a scale from dark to bright for the spectrum, then those of the waveform. */
const HEAT = [
  [10, 12, 30],
  [60, 24, 100],
  [170, 50, 90],
  [240, 130, 50],
  [255, 245, 190],
] as const;
const HEAT_STEPS = 60;
const PAPER = HEAT_STEPS;
const SEAM = HEAT_STEPS + 1;
const LINE = HEAT_STEPS + 2;
const WAVES = HEAT_STEPS + 3;
const SECTION_COLOURS = [
  [86, 104, 140],
  [54, 134, 160],
  [200, 90, 70],
  [120, 150, 80],
] as const;

/**
 * A song as a picture: its waveform with one colour per kind of section (quiet ends, verses, choruses, others) and a thin
 * vertical line where sections meet; below it the spectrum from 40 Hz to 16 kHz, 75 dB from dark to bright.
 */
export function songPicture(plan: SongPlan, pcm: StereoPcm): Uint8Array {
  const pixels = new Uint8Array(WIDTH * HEIGHT).fill(PAPER);
  const mono = monoOf(pcm);
  const samplesPerColumn = mono.length / WIDTH;
  for (let column = 0; column < WIDTH; column++) {
    const from = Math.floor(column * samplesPerColumn);
    drawWave(pixels, column, mono.subarray(from, Math.floor(from + samplesPerColumn)), colourAt(plan, from));
  }
  drawSpectrum(pixels, mono, samplesPerColumn);
  for (const { startSeconds } of plan.sections.slice(1)) {
    const column = Math.round((startSeconds * SAMPLE_RATE_HZ) / samplesPerColumn);
    for (let row = 0; row < HEIGHT; row += row < WAVE_HEIGHT ? 1 : 4) pixels[row * WIDTH + column] = SEAM;
  }
  return encodePng({ width: WIDTH, height: HEIGHT, pixels, palette: palette() });
}

function drawWave(pixels: Uint8Array, column: number, samples: Float32Array, colour: number): void {
  const middle = WAVE_HEIGHT / 2;
  const reach = (level: number) => Math.round(Math.min(1, level) * (middle - 2));
  const peak = reach(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
  const usual = reach(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
  for (let away = -peak; away <= peak; away++) {
    pixels[(middle + away) * WIDTH + column] = Math.abs(away) <= usual ? LINE : colour;
  }
}

function drawSpectrum(pixels: Uint8Array, mono: Float32Array, samplesPerColumn: number): void {
  const spectrometer = createSpectrometer(SPECTRUM_SAMPLES);
  const places = Array.from({ length: SPECTRUM_HEIGHT }, (_, row) => {
    const share = 1 - row / (SPECTRUM_HEIGHT - 1);
    return (LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** share * SPECTRUM_SAMPLES) / SAMPLE_RATE_HZ;
  });
  const columns = Array.from({ length: WIDTH }, (_, column) => {
    const power = spectrometer.powerAt(mono, (column + 0.5) * samplesPerColumn);
    return places.map((place) => 10 * Math.log10(power[Math.round(place)]! + 1e-9));
  });
  const loudest = Math.max(...columns.map((levels) => Math.max(...levels)));
  columns.forEach((levels, column) =>
    levels.forEach((level, row) => {
      const share = Math.max(0, 1 - (loudest - level) / -QUIETEST_DB);
      pixels[(WAVE_HEIGHT + row) * WIDTH + column] = Math.round(share * (HEAT_STEPS - 1));
    }),
  );
}

function colourAt(plan: SongPlan, sample: number): number {
  const seconds = sample / SAMPLE_RATE_HZ;
  const tag = plan.sections.findLast(({ startSeconds }) => startSeconds <= seconds)!.tag;
  if (tag === 'intro' || tag === 'outro') return WAVES;
  return tag === 'verse' ? WAVES + 1 : tag === 'chorus' ? WAVES + 2 : WAVES + 3;
}

function palette(): (readonly [number, number, number])[] {
  const heat = Array.from({ length: HEAT_STEPS }, (_, step) => {
    const place = (step / (HEAT_STEPS - 1)) * (HEAT.length - 1);
    const from = HEAT[Math.floor(place)]!;
    const to = HEAT[Math.min(HEAT.length - 1, Math.floor(place) + 1)]!;
    const mix = (at: 0 | 1 | 2) => Math.round(from[at] + (to[at] - from[at]) * (place % 1));
    return [mix(0), mix(1), mix(2)] as const;
  });
  return [...heat, [255, 255, 255], [150, 150, 150], [30, 36, 56], ...SECTION_COLOURS];
}
