import { normalCdf, solveQuality } from './solve-quality.ts';

const codec = { minQuality: 5, maxQuality: 95 };
/** 1000 bytes at quality 0, 4 % more with every step. */
const predict = (quality: number) => Math.log(1000) + 0.04 * quality;

describe('the quality for a budget', () => {
  it('is the one whose size is most likely within 90 to 100 % of it', () => {
    for (const budgetBytes of [2000, 5000, 20_000]) {
      const quality = solveQuality({ codec, predict, deviation: 0.02, budgetBytes });
      const fill = Math.exp(predict(quality)) / budgetBytes;
      expect(fill).toBeGreaterThan(0.93);
      expect(fill).toBeLessThan(0.97);
    }
  });

  it('is the highest when even that leaves bytes over', () => {
    expect(solveQuality({ codec, predict, deviation: 0.02, budgetBytes: 1_000_000 })).toBe(95);
  });

  it('is below the lowest when nothing fits', () => {
    expect(solveQuality({ codec, predict, deviation: 0.02, budgetBytes: 500 })).toBe(4);
  });

  it('stays below a budget that lies between two coarse steps', () => {
    const coarse = (quality: number) => Math.log(1000) + 0.5 * quality;
    const quality = solveQuality({ codec, predict: coarse, deviation: 0.001, budgetBytes: Math.exp(coarse(20) + 0.3) });
    expect(quality).toBe(20);
  });

  it.each([
    [0, 0.5],
    [1.96, 0.975],
    [-1, 0.158655],
  ])('knows the normal distribution at %d', (z, expected) => {
    expect(normalCdf(z)).toBeCloseTo(expected, 5);
  });
});
