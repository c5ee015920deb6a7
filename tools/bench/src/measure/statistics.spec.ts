import { median, pairedRatios, summarize } from './statistics.ts';

describe('statistics', () => {
  it('takes the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('takes the mean of the two middle values of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('leaves its argument as it was', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('summarizes runs by median, extremes and their number', () => {
    expect(summarize([10, 30, 20])).toEqual({ median: 20, min: 10, max: 30, runs: 3 });
  });

  it('refuses to summarize nothing, and what is no number', () => {
    expect(() => summarize([])).toThrow('no run');
    expect(() => summarize([1, NaN])).toThrow('not a number');
  });

  it('divides ours by theirs, pair by pair', () => {
    expect(pairedRatios([10, 60], [5, 20])).toEqual([2, 3]);
  });

  it('is not led astray by a disturbance that hits both runs of a pair', () => {
    const ratios = pairedRatios([10, 100, 10], [10, 100, 10]);
    expect(summarize(ratios)).toMatchObject({ min: 1, max: 1 });
  });

  it('refuses runs that do not pair up', () => {
    expect(() => pairedRatios([1, 2], [1])).toThrow('do not pair');
  });
});
