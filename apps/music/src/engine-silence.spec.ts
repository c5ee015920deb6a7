import { listeningTo, silenceLimitsOf, silenceText, type EnginePhase } from './engine-silence.ts';

const SETTINGS = { floorMs: 30_000, coldStartMs: 300_000, ceilingMs: 900_000 };

describe('the silence of an engine', () => {
  const heardOf = () => {
    const phases: EnginePhase[] = [];
    const signal = new AbortController().signal;
    const listening = listeningTo({ signal, saveTaskId: () => Promise.resolve() }, (next) => phases.push(next));
    return { phases, listening };
  };
  const progress = (done: number, stage = 'generate') => ({ done, total: 4, unit: 'tokens', stage });

  it('is counted from the moment it is asked, and again from each sign of life', () => {
    const { phases, listening } = heardOf();
    listening.onSign!('asked');
    listening.onSign!('waiting');
    listening.onStart!();
    for (const done of [0, 1, 3]) listening.onProgress!(progress(done));
    listening.onProgress!(progress(4));
    listening.onSign!('sound');
    expect(phases).toEqual([
      ...Array.from({ length: 3 }, () => 'first progress'),
      ...Array.from({ length: 3 }, () => 'next progress'),
      'sound',
      'rest of the sound',
    ]);
  });

  it('goes on when the same progress is told again, and ends with a new stage', () => {
    const { phases, listening } = heardOf();
    for (const told of [progress(1), progress(1), progress(1), progress(1, 'decode')]) listening.onProgress!(told);
    expect(phases).toEqual(['next progress', 'next progress']);
  });

  it('may last as long as any where progress is a guess, whatever short songs have taken, and a transfer never that long', () => {
    const measured = silenceLimitsOf({ progress: 'measured' }, SETTINGS);
    const guessed = silenceLimitsOf({ progress: 'estimated' }, SETTINGS);
    expect(measured['next progress']).toEqual(SETTINGS);
    expect(guessed['next progress']).toEqual({ floorMs: 900_000, coldStartMs: 900_000, ceilingMs: 900_000 });
    for (const limits of [measured, guessed]) expect(limits['rest of the sound'].coldStartMs).toBe(60_000);
  });

  it('is told with what is waited for and when it ends', () => {
    const silence = { phase: 'sound', silentMs: 150_004, limitMs: 300_000 } as const;
    expect(silenceText('tones', silence)).toBe(
      'nothing was heard of tones for 150 s while its sound is awaited; after 300 s it is stopped',
    );
  });
});
