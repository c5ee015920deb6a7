import { overlapsOver, withoutPauses } from './overlaps.ts';

describe('overlaps of runs', () => {
  it('are found where more than the limit go on, and not where one begins when another ends', () => {
    const spans = [
      { fromMs: 0, toMs: 100 },
      { fromMs: 100, toMs: 200 },
      { fromMs: 150, toMs: 180 },
    ];
    expect(overlapsOver(spans, 1)).toEqual([{ fromMs: 150, durationMs: 30, count: 2 }]);
    expect(overlapsOver(spans, 2)).toEqual([]);
  });

  it('do not count the time in which a process was frozen, nor the moment of its waking', () => {
    const pauses = [
      { fromMs: 10, toMs: 20 },
      { fromMs: 90, toMs: 200 },
    ];
    expect(withoutPauses({ fromMs: 0, toMs: 100 }, pauses)).toEqual([
      { fromMs: 0, toMs: 10 },
      { fromMs: 40, toMs: 90 },
    ]);
    expect(withoutPauses({ fromMs: 100, toMs: 150 }, pauses)).toEqual([]);
  });
});
