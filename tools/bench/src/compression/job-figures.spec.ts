import type { ComparedJob } from './compare-jobs.ts';
import { fillFigures, geometricRatio, qualityFigures } from './job-figures.ts';

const BUDGET = 100_000;

function job(made: Partial<ComparedJob['made']>, scores?: ComparedJob['scores']): ComparedJob {
  const facts = { quality: 80, encodes: 1, passthrough: false, finerIsOver: false, sizeBytes: 95_000, ...made };
  return {
    picture: { name: 'a', path: '/a', width: 1, height: 1, megapixels: 1, longestSide: 1, drawn: true },
    made: facts as ComparedJob['made'],
    oursMs: 1,
    limitMs: 1,
    rivalMs: {},
    ...(scores && { scores }),
  };
}

const valueOf = (figures: readonly { figure: string; value: number }[], name: string) =>
  figures.find(({ figure }) => figure === name)?.value;

describe('figures of compression', () => {
  it('takes the geometric mean, so that twice as much and half as much are even', () => {
    const [figure] = geometricRatio('cpu', [[2, 1], [1, 2]], 'them'); // prettier-ignore
    expect(figure).toEqual({
      figure: 'cpu',
      value: 1,
      unit: 'ratio',
      against: 'them',
      spread: { min: 0.5, max: 2, runs: 2 },
    });
    expect(geometricRatio('cpu', [], 'them')).toEqual([]);
  });

  it('counts what lies below the window only when nothing better was possible', () => {
    const jobs = [
      job({ sizeBytes: 95_000 }),
      job({ sizeBytes: 80_000 }),
      job({ sizeBytes: 80_000, finerIsOver: true, encodes: 2 }),
      job({ sizeBytes: 30_000, quality: 95 }),
      job({ sizeBytes: 100_001, quality: 97 }),
      job({ sizeBytes: 10, passthrough: true }),
    ].map((each) => ({ job: each, budget: BUDGET }));
    const figures = fillFigures('', jobs);
    expect(valueOf(figures, 'in_window')).toBeCloseTo(3 / 5);
    expect(valueOf(figures, 'encodes_per_image')).toBeCloseTo(6 / 5);
  });

  it('names the picture that lost most', () => {
    const jobs = [job({}, { ours: 80, search: 78 }), job({}, { ours: 70, search: 70.5 })];
    const figures = qualityFigures('', jobs, 'ssimulacra2');
    expect(valueOf(figures, 'quality_gain_vs_sharp_search')).toBeCloseTo(0.75);
    expect(valueOf(figures, 'worst_image_loss')).toBeCloseTo(0.5);
  });
});
