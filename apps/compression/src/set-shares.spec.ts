import { bytesAt, evenShares, firstShares, type Measured } from './set-shares.ts';

const sum = (shares: readonly number[]) => shares.reduce((total, share) => total + share, 0);

function measured(changes: Partial<Measured>): Measured {
  return { role: 'other', sizeBytes: 50_000, quality: 70, scale: 1, smallestBytes: 1024, ...changes };
}

describe('the shares of a set', () => {
  it('follow the roles while nothing else is known', () => {
    const [scene, character, other] = firstShares(['scene', 'character', 'other'], 100_000);
    expect(scene).toBe(character);
    expect(scene).toBeGreaterThan(other!);
    expect(sum([scene!, character!, other!])).toBeLessThanOrEqual(100_000);
  });

  it('are equal for equal images and use the total', () => {
    const shares = evenShares([measured({}), measured({})], 100_000);
    expect(shares[0]).toBe(shares[1]);
    expect(sum(shares)).toBeGreaterThan(99_900);
  });

  it('give most to the image that came out worst', () => {
    const images = [measured({ quality: 30 }), measured({ quality: 70 }), measured({ quality: 90 })];
    const [worst, middle, best] = evenShares(images, 150_000);
    expect(worst).toBeGreaterThan(middle!);
    expect(middle).toBeGreaterThan(best!);
  });

  it('count an image that had to be made smaller as worse than its quality says', () => {
    const [reduced, full] = evenShares([measured({ scale: 0.5 }), measured({})], 100_000);
    expect(reduced).toBeGreaterThan(2 * full!);
  });

  it('bring all images to the same predicted quality', () => {
    const images = [measured({ quality: 40 }), measured({ quality: 85, sizeBytes: 20_000 })];
    const shares = evenShares(images, 90_000);
    const qualities = images.map((image, index) => qualityAt(image, shares[index]!));
    expect(Math.abs(qualities[0]! - qualities[1]!)).toBeLessThan(0.1);
  });

  it('give nobody more than it can use, or than one may take', () => {
    const rich = evenShares([measured({}), measured({ quality: 95, sizeBytes: 3000 })], 10_000_000);
    expect(rich[0]).toBe(Math.floor(bytesAt(measured({}), 95, 1)));
    expect(rich[1]).toBeLessThanOrEqual(3000);
    expect(Math.max(...evenShares([measured({}), measured({})], 10_000_000, 30_000))).toBe(30_000);
  });

  it('give everybody the least that they need', () => {
    const [needy, other] = evenShares([measured({ smallestBytes: 40_000, quality: 95 }), measured({})], 60_000);
    expect(needy).toBe(40_000);
    expect(other).toBeLessThanOrEqual(20_000);
  });
});

/** The quality that an image is predicted to reach with a share, by bisection. */
function qualityAt(image: Measured, shareBytes: number): number {
  let [low, high] = [1, 100];
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (bytesAt(image, middle, 1) <= shareBytes) low = middle;
    else high = middle;
  }
  return low;
}
