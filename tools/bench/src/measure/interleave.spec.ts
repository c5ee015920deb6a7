import { failures, ratio } from './figures.ts';
import { interleave, LEAST_PAIRS } from './interleave.ts';
import { Tally } from './tally.ts';

describe('interleave', () => {
  it('runs both sides in turn and changes who begins', async () => {
    const order: string[] = [];
    const side = (name: string) => () => Promise.resolve(order.push(name));
    await interleave({ pairs: 3, budgetMs: Infinity }, side('ours'), side('theirs'));
    expect(order).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
  });

  it('keeps the two runs of a pair together', async () => {
    let run = 0;
    const next = () => Promise.resolve(++run);
    const { ours, theirs } = await interleave({ pairs: 2, budgetMs: Infinity }, next, next);
    expect(ours).toEqual([1, 4]);
    expect(theirs).toEqual([2, 3]);
  });

  it('leaves a pair out when one side failed, and counts the failure', async () => {
    const tally = new Tally(() => undefined);
    let run = 0;
    const sometimes = () =>
      tally.attempt('a run', () => (++run === 2 ? Promise.reject(new Error('no')) : Promise.resolve(run)));
    const { ours, theirs } = await interleave({ pairs: 3, budgetMs: Infinity }, sometimes, () => Promise.resolve(10));
    expect(ours).toEqual([1, 3]);
    expect(theirs).toEqual([10, 10]);
    expect(failures('runs', tally)).toEqual([
      { figure: 'runs_failed', value: 1, unit: 'count', against: '3 tried' },
      { figure: 'runs_tried', value: 3, unit: 'count', against: '' },
    ]);
  });

  it('begins no further pair when the time is up', async () => {
    const one = () => Promise.resolve(1);
    const { ours } = await interleave({ pairs: 9, budgetMs: -1 }, one, one);
    expect(ours).toHaveLength(LEAST_PAIRS);
  });

  it('says so when no pair is left', async () => {
    await expect(
      interleave(
        { pairs: 2, budgetMs: Infinity },
        () => Promise.resolve(undefined),
        () => Promise.resolve(1),
      ),
    ).rejects.toThrow('no pair');
  });

  it('makes one figure of the ratios of all pairs', () => {
    expect(ratio('cpu_vs_them', [2, 6, 20], [1, 2, 5], 'them')).toEqual({
      figure: 'cpu_vs_them',
      value: 3,
      unit: 'ratio',
      against: 'them',
      spread: { min: 2, max: 4, runs: 3 },
    });
  });
});
