import { guidedFilter } from './guided-filter.ts';

const SIDE = 64;
const plane = (value: (x: number, y: number) => number) =>
  Float32Array.from({ length: SIDE * SIDE }, (_, i) => value(i % SIDE, Math.floor(i / SIDE)));

describe('the guided filter', () => {
  it('draws a blurred mask to the edge of its guide', () => {
    const guide = plane((x) => (x < 32 ? 0.2 : 0.8));
    const blurred = plane((x) => Math.min(1, Math.max(0, (x - 22) / 20)));
    const refined = guidedFilter(guide, blurred, SIDE, SIDE, 8, 1e-4);
    const steepness = (mask: Float32Array) => mask[32 * SIDE + 33]! - mask[32 * SIDE + 30]!;
    expect(steepness(blurred)).toBeCloseTo(0.15);
    expect(steepness(refined)).toBeGreaterThan(0.4);
  });

  it('leaves a constant mask constant', () => {
    const guide = plane((x, y) => ((x * 7 + y * 3) % 11) / 11);
    for (const value of guidedFilter(
      guide,
      plane(() => 0.4),
      SIDE,
      SIDE,
      4,
      1e-3,
    ))
      expect(value).toBeCloseTo(0.4, 4);
  });
});
