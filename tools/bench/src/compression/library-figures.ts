import { join } from 'node:path';
import type { BenchContext, Figure } from '../bench.ts';
import { Tally } from '../measure/tally.ts';
import { startNode } from '../processes/node-process.ts';
import { compareJob, type ComparedJob, type Condition } from './compare-jobs.ts';
import type { PeerName } from './debian-tools.ts';
import { fillFigures, limitRatio, qualityFigures, rivalRatio } from './job-figures.ts';
import { peakMemoryFigure } from './peak-of-one.ts';
import { startPeerRunner } from './peers.ts';
import type { BenchPicture } from './pictures.ts';
import { createQualityJudge } from './quality-judge.ts';
import { ensureSsimulacra2 } from './ssimulacra2.ts';

const KB = 1024;
const JPEG = ['jpeg'] as const;
/** No picture begins after `budgetMs`, but for the first `leastPictures`: the figures are wanted over so many at least. */
const QUICK = { budgetMs: 100_000, leastPictures: 2 };
const FULL = { budgetMs: 25 * 60_000, leastPictures: 40 };

/** All conditions; the rivals are those whose figures are wanted there. */
const CONDITIONS: readonly Condition[] = [
  {
    ...{ name: '2048', budget: 300 * KB, side: 2048, accepted: JPEG, judged: true },
    rivals: ['sharp-search', 'mozjpeg-search', 'pillow', 'imagemagick', 'jpegoptim', 'cwebp'],
  },
  {
    ...{ name: 'full', budget: 300 * KB, side: 0, accepted: JPEG, judged: false },
    rivals: ['sharp-search', 'pillow', 'imagemagick'],
  },
  { name: '100kb', budget: 100 * KB, side: 2048, accepted: JPEG, rivals: ['sharp-search'], judged: true },
  { name: 'webp', budget: 300 * KB, side: 2048, accepted: ['webp'], rivals: [], judged: false },
  {
    name: 'jpeg_or_webp',
    budget: 300 * KB,
    side: 2048,
    accepted: ['jpeg', 'webp'],
    rivals: ['sharp-search'],
    judged: true,
  },
];

/** Ours against the limit and against everybody else, on every picture under every condition. */
export async function libraryFigures(
  { quick, say }: BenchContext,
  pictures: readonly BenchPicture[],
  there: ReadonlyMap<PeerName, string>,
  folder: string,
): Promise<Figure[]> {
  const metric = ensureSsimulacra2(say);
  const tally = new Tally(say);
  const start = (name: string) => {
    const file = join(import.meta.dirname, 'encoder-process.ts');
    return startNode({ name, file, folder, environment: { MALLOC_ARENA_MAX: '2' } });
  };
  await using encoder = start('encoder');
  await encoder.message('ready');
  await using peers = there.size > 0 ? startPeerRunner() : undefined;
  const judge = metric && createQualityJudge(metric, folder);
  const contest = { encoder, peers, there, judge, folder, tally, rounds: quick ? 2 : 3 };
  const done = new Map<string, ComparedJob[]>(CONDITIONS.map(({ name }) => [name, []]));
  const { budgetMs, leastPictures } = quick ? QUICK : FULL;
  const until = performance.now() + budgetMs;
  let tried = 0;
  for (const [index, picture] of pictures.entries()) {
    if (tried >= leastPictures && performance.now() > until) {
      say(`the time is up: ${pictures.length - tried} pictures are left out`);
      break;
    }
    tried++;
    say(`${index + 1} of ${pictures.length}: ${picture.name}, ${picture.megapixels.toFixed(1)} MP`);
    for (const condition of CONDITIONS) {
      const compared = await compareJob(
        contest,
        picture,
        quick ? { ...condition, judged: condition.name === '2048' } : condition,
      );
      if (compared) done.get(condition.name)!.push(compared);
    }
  }
  const memory = await peakMemoryFigure(start, pictures.slice(0, quick ? 4 : pictures.length), folder);
  const of = (name: string) => done.get(name)!;
  const withBudget = (...names: string[]) =>
    names.flatMap((name) => of(name).map((job) => ({ job, budget: budgetOf(name) })));
  const all = withBudget(...done.keys());
  const named = (peer: PeerName) => there.get(peer) ?? peer;
  const search = 'sharp, binary search over the quality, decoding each time';
  return [
    {
      figure: 'pictures',
      value: tried,
      unit: 'count',
      against: `${pictures.slice(0, tried).filter(({ drawn }) => drawn).length} drawn; ${pictures.length} are there`,
    },
    { figure: 'compression_jobs', value: all.length, unit: 'count', against: `${CONDITIONS.length} conditions` },
    { figure: 'compression_jobs_failed', value: tally.failed, unit: 'count', against: `${tally.tried} tried` },
    {
      figure: 'over_budget',
      value: all.filter(({ job, budget }) => job.made.sizeBytes > budget).length,
      unit: 'count',
      against: `${all.length} results`,
    },
    ...fillFigures('', withBudget('2048', 'full', '100kb')),
    ...fillFigures('_webp', withBudget('webp')),
    ...limitRatio('cpu_vs_limit_2048', of('2048')),
    ...limitRatio('cpu_vs_limit_full', of('full')),
    ...limitRatio('cpu_vs_limit_100kb', of('100kb')),
    ...limitRatio('cpu_vs_limit_webp', of('webp')),
    ...rivalRatio('cpu_vs_sharp_search', of('2048'), 'sharp-search', search),
    ...rivalRatio('cpu_vs_sharp_search_full', of('full'), 'sharp-search', search),
    ...rivalRatio('cpu_vs_mozjpeg_search', of('2048'), 'mozjpeg-search', `${search}, mozjpeg`),
    ...rivalRatio('cpu_vs_pillow_loop', of('2048'), 'pillow', `${named('pillow')}, ladder of qualities and scales`),
    ...rivalRatio(
      'cpu_vs_pillow_loop_full',
      of('full'),
      'pillow',
      `${named('pillow')}, ladder of qualities and scales`,
    ),
    ...rivalRatio('cpu_vs_imagemagick', of('2048'), 'imagemagick', `${named('imagemagick')}, jpeg:extent`),
    ...rivalRatio('cpu_vs_imagemagick_full', of('full'), 'imagemagick', `${named('imagemagick')}, jpeg:extent`),
    ...rivalRatio('cpu_vs_jpegoptim', of('2048'), 'jpegoptim', `${named('jpegoptim')} --size, given a resized JPEG`),
    ...rivalRatio('cpu_vs_cwebp', of('2048'), 'cwebp', `${named('cwebp')} -size`),
    ...qualityFigures('', of('2048'), metric?.name ?? ''),
    ...qualityFigures('_100kb', of('100kb'), metric?.name ?? ''),
    ...qualityFigures('_webp', of('jpeg_or_webp'), metric?.name ?? ''),
    ...memory,
  ];
}

function budgetOf(name: string): number {
  return CONDITIONS.find((condition) => condition.name === name)!.budget;
}
