import type { MusicCapabilities } from '@framesong/providers/music';
import type { CheckedSong } from './check-song.ts';
import type { WrittenPlan } from './composer-tasks.ts';
import { chooseForEngine } from './engine-choice.ts';

describe('a song that is longer than what its engine makes at once', () => {
  const choose = (segmented: boolean | undefined, sectionSeconds: readonly number[]) => {
    const song = { request: { segmented }, formats: ['flac'], lyrics: 'la' } as unknown as CheckedSong;
    const sections = sectionSeconds.map((durationSeconds) => ({ tag: 'verse', durationSeconds }));
    const durationSeconds = sectionSeconds.reduce((sum, seconds) => sum + seconds, 0);
    const plan = { sections, durationSeconds } as unknown as WrittenPlan;
    const engine = { makesSections: true, makesSongs: true, playsScore: false, maxSongSeconds: 150 };
    return chooseForEngine(song, plan, 'tones', engine as unknown as MusicCapabilities, []);
  };

  it('is made in sections, none of which is longer', () => {
    expect(choose(undefined, [100, 100, 100]).segmented).toBe(true);
  });

  it('is refused in one render, with the way out', () => {
    const description =
      'the song takes 300 s, at most 150 s are made by tones in one render; ask for sections, or ask for a shorter song';
    expect(() => choose(false, [100, 100, 100])).toThrow(
      expect.objectContaining({ violations: [{ field: 'request.duration', description }] }) as Error,
    );
  });

  it('is refused where one of its sections alone is too long', () => {
    expect(() => choose(true, [160, 10])).toThrow(/a section takes 160 s, at most 150 s are made by tones/);
  });
});
