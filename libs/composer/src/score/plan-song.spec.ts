import type { FramesongError } from '@framesong/errors';
import { SAMPLE_LYRICS, SAMPLE_STYLE } from '../sample-song.ts';
import { parseLyrics } from '../lyrics/parse-lyrics.ts';
import { parseKey, SCALES } from '../style/keys.ts';
import { STYLE_PROFILES } from '../style/profiles.ts';
import type { SongRequest } from './plan-limits.ts';
import { planSong } from './plan-song.ts';
import type { PlannedNote, SongPlan } from './song-plan.ts';

const CHINESE =
  '[前奏]\n[主歌]\n月光落在河面上\n我轻轻唱一首歌\n[导歌]\n风吹过\n[副歌]\n回家吧回家吧\n灯还亮着\n[间奏]\n[副歌]\n回家吧\n[尾奏]';
const LYRICS = [SAMPLE_LYRICS, CHINESE];
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

const tuneOf = (plan: SongPlan): PlannedNote[] =>
  plan.sections.flatMap((section) => section.notes.filter((note) => note.part === 'lead'));

function planOf(seed: number): { plan: SongPlan; lyrics: string } {
  const lyrics = LYRICS[seed % LYRICS.length]!;
  const style = STYLE_PROFILES[seed % STYLE_PROFILES.length]!.name;
  return { plan: planSong({ lyrics, style, seed }), lyrics };
}

describe('a song of any of forty seeds', () => {
  it.each(SEEDS)('keeps to its scale, its words and its sections: seed %i', (seed) => {
    const { plan, lyrics } = planOf(seed);
    const key = parseKey(plan.key)!;
    const scale: readonly number[] = SCALES[key.mode];
    const outside = tuneOf(plan).filter((note) => !scale.includes((note.pitch - key.tonic + 120) % 12));
    expect(outside).toEqual([]);

    const { sections } = parseLyrics(lyrics);
    const words = sections.flatMap((section) => section.lines.flatMap((line) => line.syllables));
    const sung = tuneOf(plan).flatMap((note) => note.syllable ?? []);
    expect(sung).toEqual(words);

    const tags = plan.sections.map((section) => section.tag);
    const asked = sections.map((section) => section.tag);
    expect(asked[0] === 'intro' ? tags : tags.slice(1)).toEqual(asked.at(-1) === 'outro' ? asked : [...asked, 'outro']);

    let startBeat = 0;
    for (const section of plan.sections) {
      expect(section.startBeat).toBe(startBeat);
      expect(section.chords).toHaveLength(section.bars);
      startBeat += section.bars * plan.beatsPerBar;
    }
    const parts = new Map(plan.parts.map((part) => [part.name, part]));
    const notes = plan.sections.flatMap((section) => section.notes);
    expect(
      notes.every((note) => parts.has(note.part) && note.pitch <= 127 && note.velocity >= 1 && note.beats > 0),
    ).toBe(true);
  });
});

describe('planSong', () => {
  it('gives the same plan for the same request, another for another seed, and survives JSON', () => {
    const request = { lyrics: SAMPLE_LYRICS, style: SAMPLE_STYLE, seed: 7 };
    const plan = planSong(request);
    expect(planSong(request)).toEqual(plan);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(planSong({ ...request, seed: 8 })).not.toEqual(plan);
    expect(planSong({ ...request, seed: 7 + 2 ** 32 }).sections).not.toEqual(plan.sections);
  });

  it('makes the sample song last 20 to 30 seconds', () => {
    const plan = planSong({ lyrics: SAMPLE_LYRICS, style: SAMPLE_STYLE, seed: 1 });
    expect(plan.durationSeconds).toBeGreaterThanOrEqual(20);
    expect(plan.durationSeconds).toBeLessThanOrEqual(30);
    expect(plan).toMatchObject({ profile: 'folk', bpm: 112, key: 'G major', instrumental: false, warnings: [] });
    expect(plan.engine).toEqual({ name: 'framesong-composer', version: '2' });
  });

  it.each([5, 20, 60, 180, 600])('makes an instrumental of %i s', (durationSeconds) => {
    for (const style of ['piano', 'edm', 'ambient']) {
      const plan = planSong({ instrumental: true, style, durationSeconds, seed: 3 });
      expect(Math.abs(plan.durationSeconds - durationSeconds)).toBeLessThan(Math.max(2.1, durationSeconds * 0.02));
      expect(plan.instrumental).toBe(true);
      expect(tuneOf(plan).every((note) => note.syllable === undefined)).toBe(true);
    }
  });

  it.each([30, 60, 120])('stretches a song with words to %i s', (durationSeconds) => {
    const plan = planSong({ lyrics: SAMPLE_LYRICS, style: 'pop', durationSeconds, seed: 3 });
    expect(Math.abs(plan.durationSeconds - durationSeconds)).toBeLessThan(2);
    expect(plan.warnings).toEqual([]);
  });

  it('sings all words even where the wanted time is too short for them, and says so', () => {
    const lyrics = SAMPLE_LYRICS.repeat(3);
    const plan = planSong({ lyrics, style: 'ballad', durationSeconds: 10, seed: 3 });
    expect(tuneOf(plan).filter((note) => note.syllable !== undefined).length).toBeGreaterThan(90);
    expect(plan.warnings).toEqual([expect.stringMatching(/^the song takes .* s instead of 10 s/)]);
  });

  it('lets explicit tempo and key win over the style text', () => {
    const style = 'rock in C major at 100 bpm';
    expect(planSong({ lyrics: 'la la', style, seed: 1 })).toMatchObject({ bpm: 100, key: 'C major', profile: 'rock' });
    expect(planSong({ lyrics: 'la la', style, bpm: 133.5, key: 'Bb小调', seed: 1 })).toMatchObject({
      bpm: 133.5,
      key: 'Bb minor',
    });
  });

  it('names every faulty field with its limit and what to do', () => {
    const request: SongRequest = { style: 'pop', durationSeconds: 3 * 3600, bpm: 900, key: 'H', seed: -1 };
    let error: FramesongError | undefined;
    try {
      planSong(request);
    } catch (thrown) {
      error = thrown as FramesongError;
    }
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    const texts = Object.fromEntries(error!.violations.map(({ field, description }) => [field, description]));
    expect(texts['durationSeconds']).toMatch(/5 to 600 s, is 10800; leave it out/);
    expect(texts['bpm']).toMatch(/40 to 240 beats per minute, is 900; leave it out/);
    expect(texts['key']).toMatch(/'A minor'/);
    expect(texts['seed']).toMatch(/whole number/);
    expect(texts['lyrics']).toMatch(/set instrumental/);
    expect(() => planSong({ ...request, durationSeconds: 0 })).toThrow(/durationSeconds: must be 5 to 600 s, is 0/);
    expect(() => planSong({ ...request, durationSeconds: NaN })).toThrow(/durationSeconds: must be 5 to 600 s/);
    expect(() => planSong({ lyrics: 'la', style: 'techno, 900 bpm', seed: 1 })).toThrow(
      /style: names a tempo of 900 bpm/,
    );
  });

  it('refuses words that take longer than the limit', () => {
    expect(() => planSong({ lyrics: 'la la la la la la\n'.repeat(500), style: 'pop', seed: 1 })).toThrow(
      /the limit is 600 s/,
    );
  });
});
