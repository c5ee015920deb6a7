import type { Bench } from '../bench.ts';
import { ensurePeers } from '../compression/debian-tools.ts';
import { libraryFigures } from '../compression/library-figures.ts';
import { gatherPictures, type BenchPicture } from '../compression/pictures.ts';
import { serviceFigures } from '../compression/service-figures.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';

const QUICK_PICTURES = 8;
const QUICK_MEGAPIXELS = 6;

/** Images under a byte budget: the library against the limit and other tools, and the service against the library. */
export const compressionBench: Bench = {
  name: 'compression',
  about: 'pictures under 300 KB and 100 KB, against the least work possible and against other tools that meet a budget',
  async run(context) {
    const { quick, say } = context;
    await using folder = await makeBenchFolder();
    const all = await gatherPictures(say);
    const pictures = quick ? someOf(all) : spread(all);
    const there = ensurePeers(say);
    return [
      ...(await libraryFigures(context, pictures, there, folder.path)),
      ...(await serviceFigures(context, all, there, folder.path)),
    ];
  },
};

/** A few of not too many pixels, from all over the list. */
function someOf(all: readonly BenchPicture[]): BenchPicture[] {
  const small = all.filter(({ megapixels }) => megapixels <= QUICK_MEGAPIXELS);
  return Array.from(
    { length: Math.min(QUICK_PICTURES, small.length) },
    (_, index) => small[Math.floor(((index + 0.5) * small.length) / QUICK_PICTURES)]!,
  );
}

/** The same pictures in an order in which every beginning is from all over the list. */
function spread(all: readonly BenchPicture[]): BenchPicture[] {
  const every = 7;
  return Array.from({ length: every }, (_, first) => all.filter((_picture, index) => index % every === first)).flat();
}
