import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { measureLoudness } from '../master/loudness.ts';
import { compareOutside } from './compare-mixes.ts';
import { segmentLevels } from './segment-levels.ts';
import { shapeSegment } from './shape-segment.ts';

const { sin, PI } = Math;
const LIBRARY = pathToFileURL(join(import.meta.dirname, '..', 'index.ts')).href;

function tone(seconds: number, amplitude = 0.3, silentSeconds = 0): StereoPcm {
  const silent = silentSeconds * SAMPLE_RATE_HZ;
  const left = Float32Array.from({ length: Math.round(seconds * SAMPLE_RATE_HZ) + silent }, (_, at) =>
    at < silent ? 0 : amplitude * sin((2 * PI * 330 * (at - silent)) / SAMPLE_RATE_HZ + 1),
  );
  return { left, right: left.slice() };
}

describe('the level of a section', () => {
  it('rises with its energy, and all together have that of a song', () => {
    const sections = [0.35, 0.5, 0.82, 0.6, 1, 0.4].map((energy) => ({ energy, durationSeconds: 8 }));
    const levels = segmentLevels(sections);
    expect(levels.map((_, index) => index).toSorted((a, b) => levels[a]! - levels[b]!)).toEqual([0, 5, 1, 3, 2, 4]);
    const mean = 10 * Math.log10(levels.reduce((sum, level) => sum + 10 ** (level / 10), 0) / levels.length);
    expect(mean).toBeCloseTo(-13.7, 6);
    expect(Math.max(...levels)).toBeLessThanOrEqual(-11.8);
  });

  it('is the same for sections that are alike', () => {
    expect(segmentLevels([{ energy: 0.4, durationSeconds: 30 }])).toEqual([-13.7]);
  });
});

describe('the sound of an engine, cut to its section', () => {
  const shape = { durationSeconds: 4, tailSeconds: 0.5, beatSeconds: 0.5, keepsLength: false };

  it('has its planned length and a tail that fades out, and begins with sound', () => {
    const { pcm, bodySeconds, warnings } = shapeSegment(tone(6, 0.3, 1), shape);
    expect({ bodySeconds, warnings, length: pcm.left.length }).toEqual({
      bodySeconds: 4,
      warnings: [],
      length: 4.5 * SAMPLE_RATE_HZ,
    });
    const level = (from: number) =>
      measureLoudness({ left: pcm.left.subarray(from), right: pcm.right.subarray(from) }, SAMPLE_RATE_HZ);
    expect(Math.abs(pcm.left.at(-1)!)).toBeLessThan(0.001);
    expect(level(0).truePeakDbtp).toBeCloseTo(-10.46, 1);
    expect(Math.max(...pcm.left.subarray(300, 900).map(Math.abs))).toBeCloseTo(0.3, 2);
  });

  it('is the same on both sides when it was mono, and each side is its own', () => {
    const { left } = tone(6, 0.3);
    const { pcm } = shapeSegment({ left, right: left }, shape);
    expect(pcm.left).not.toBe(pcm.right);
    expect(Buffer.from(pcm.left.slice().buffer).equals(Buffer.from(pcm.right.slice().buffer))).toBe(true);
  });

  it('ends on a whole beat where the sound is too short, and says so', () => {
    const { bodySeconds, warnings } = shapeSegment(tone(3.3), shape);
    expect(bodySeconds).toBe(3);
    expect(warnings).toEqual(['has 3.3 s of sound instead of 4.0 s; it ends on a beat after 3.0 s']);
  });

  it('keeps its length where other sections stand around it', () => {
    const { pcm, bodySeconds } = shapeSegment(tone(3.3), { ...shape, keepsLength: true });
    expect(bodySeconds).toBe(4);
    expect(pcm.left.at(3.5 * SAMPLE_RATE_HZ)).toBe(0);
  });
});

describe('two mixes', () => {
  it('differ by one gain outside the stretch that was changed, and by more where they differ more', () => {
    const before = tone(2);
    const after = {
      left: before.left.map((sample) => sample * 0.5),
      right: before.right.map((sample) => sample * 0.5),
    };
    after.left.fill(0.9, SAMPLE_RATE_HZ, 1.5 * SAMPLE_RATE_HZ);
    const inside = compareOutside(before, after, { startSeconds: 1, endSeconds: 1.5 });
    expect(inside.gainDb).toBeCloseTo(-6.02, 2);
    expect(inside.residualDbfs).toBeLessThan(-140);
    expect(compareOutside(before, after, { startSeconds: 1, endSeconds: 1.4 }).residualDbfs).toBeGreaterThan(-3);
  });
});

describe('a song of segments', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framesong-segments-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('changes outside an exchanged section and its tail by one gain, and keeps its loudness and length', async () => {
    const script = `
      import * as api from ${JSON.stringify(LIBRARY)};
      const folder = process.argv[1];
      const plan = api.planSong({ lyrics: '[verse]\\nthe light is low\\n[chorus]\\nwe find the way', style: 'rock', bpm: 240, seed: 3 });
      const other = api.replaceSection(plan, 2, { lyrics: 'we lose the day', style: 'piano', seed: 9 });
      const levels = api.segmentLevels(plan.sections);
      const make = async (song, index, name) => {
        const raw = folder + '/raw';
        const { mediaType } = await api.renderSectionToFile(song, index, raw);
        const { durationSeconds } = song.sections[index];
        const path = folder + '/' + name;
        const { bodySeconds } = await api.finishSegmentFile({ path: raw, mediaType, lufs: levels[index], durationSeconds }, path);
        return { path, bodySeconds };
      };
      const segments = [];
      for (const { index } of plan.sections) segments.push(await make(plan, index, index + '.flac'));
      const before = await api.joinSegments(segments, folder + '/before');
      const changed = [...segments];
      changed[2] = await make(other, 2, 'other.flac');
      const after = await api.joinSegments(changed, folder + '/after');
      const { startSeconds, durationSeconds } = plan.sections[2];
      const stretch = { startSeconds, endSeconds: startSeconds + durationSeconds + 3 };
      console.log(JSON.stringify({
        planned: plan.durationSeconds, seconds: after.sound.frames / 44100, before: before.loudness, after: after.loudness,
        warnings: [...before.warnings, ...after.warnings],
        outside: api.compareOutside(before.sound, after.sound, stretch), gains: after.gainDb - before.gainDb,
        whole: api.compareOutside(before.sound, after.sound, { startSeconds: 0, endSeconds: 0 }),
      }));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      script,
      '--',
      folder,
    ]);
    const { planned, seconds, before, after, warnings, outside, gains, whole } = JSON.parse(stdout) as Record<
      'planned' | 'seconds' | 'gains',
      number
    > & { before: Levels; after: Levels; warnings: string[]; outside: Difference; whole: Difference };
    for (const { integratedLufs, truePeakDbtp } of [before, after]) {
      expect(Math.abs(integratedLufs + 14)).toBeLessThan(0.5);
      expect(truePeakDbtp).toBeLessThanOrEqual(-1);
    }
    expect(warnings).toEqual([]);
    expect(seconds).toBeCloseTo(planned, 3);
    expect(outside.gainDb).toBeCloseTo(gains, 4);
    expect(outside.residualDbfs).toBeLessThan(-120);
    expect(whole.residualDbfs).toBeGreaterThan(-40);
    expect((await readFile(join(folder, 'other.flac'))).equals(await readFile(join(folder, '2.flac')))).toBe(false);
  });
});

interface Levels {
  readonly integratedLufs: number;
  readonly truePeakDbtp: number;
}

interface Difference {
  readonly gainDb: number;
  readonly residualDbfs: number;
}
