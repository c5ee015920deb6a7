import type { Figure } from '../bench.ts';
import type { ComparedJob, Condition } from './compare-jobs.ts';

const FINE_QUALITY = 95;

/** Geometric mean of ours divided by theirs over pictures. None when there is nothing to divide. */
export function geometricRatio(
  figure: string,
  pairs: readonly (readonly [number, number])[],
  against: string,
): Figure[] {
  if (pairs.length === 0) return [];
  const ratios = pairs.map(([ours, theirs]) => ours / theirs);
  const value = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  return [{ figure, value, unit: 'ratio', against, spread: spreadOf(ratios) }];
}

/** CPU of ours against one rival. */
export function rivalRatio(
  figure: string,
  jobs: readonly ComparedJob[],
  rival: Condition['rivals'][number],
  against: string,
): Figure[] {
  const pairs = jobs.flatMap(({ oursMs, rivalMs }) => {
    const theirs = rivalMs[rival];
    return theirs === undefined ? [] : [[oursMs, theirs] as const];
  });
  return geometricRatio(figure, pairs, against);
}

/** CPU of ours against the limit. */
export function limitRatio(figure: string, jobs: readonly ComparedJob[]): Figure[] {
  const against = 'one fused decode, resize and encode with the settings that were chosen';
  return geometricRatio(
    figure,
    jobs.map(({ oursMs, limitMs }) => [oursMs, limitMs] as const),
    against,
  );
}

/** How well results fill their budgets, and how many encodes that took. */
export function fillFigures(suffix: string, jobs: readonly { job: ComparedJob; budget: number }[]): Figure[] {
  const lossy = jobs.filter(({ job }) => job.made.quality !== undefined && !job.made.passthrough);
  if (lossy.length === 0) return [];
  const inside = lossy.filter(({ job: { made }, budget }) => {
    const isWithin = made.sizeBytes >= 0.9 * budget && made.sizeBytes <= budget;
    return isWithin || (made.sizeBytes <= budget && (made.quality! >= FINE_QUALITY || made.finerIsOver));
  });
  const within = lossy.filter(({ job, budget }) => job.made.sizeBytes >= 0.9 * budget);
  const encodes = lossy.map(({ job }) => job.made.encodes);
  const share = (count: number) => count / lossy.length;
  const each = `${lossy.length} results`;
  return [
    { figure: `in_window${suffix}`, value: share(inside.length), unit: 'share', against: each },
    { figure: `within_90_to_100_percent${suffix}`, value: share(within.length), unit: 'share', against: each },
    {
      figure: `encodes_per_image${suffix}`,
      value: share(encodes.reduce((sum, count) => sum + count, 0)),
      unit: 'count',
      against: each,
      spread: spreadOf(encodes),
    },
  ];
}

/** What looks better, and by how much. */
export function qualityFigures(suffix: string, jobs: readonly ComparedJob[], metric: string): Figure[] {
  const judged = jobs.filter((job) => job.scores !== undefined);
  if (judged.length === 0) return [];
  const gains = judged.map(({ scores }) => scores!.ours - scores!.search);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const worst = judged[gains.indexOf(Math.min(...gains))]!;
  const against = `sharp's binary search, mean ${metric}`;
  return [
    {
      figure: `quality_gain_vs_sharp_search${suffix}`,
      value: mean(gains),
      unit: metric,
      against,
      spread: spreadOf(gains),
    },
    { figure: `quality${suffix}`, value: mean(judged.map(({ scores }) => scores!.ours)), unit: metric, against: '' },
    {
      figure: `worst_image_loss${suffix}`,
      value: Math.max(0, -Math.min(...gains)),
      unit: metric,
      against: worst.picture.name,
    },
  ];
}

function spreadOf(values: readonly number[]) {
  return { min: Math.min(...values), max: Math.max(...values), runs: values.length };
}
