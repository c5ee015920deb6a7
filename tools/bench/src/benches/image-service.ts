import { drawSample } from '@framesong/compositor';
import sharp from 'sharp';
import type { Bench, Figure } from '../bench.ts';
import { uploadAll } from '../image-service/frame-calls.ts';
import { attachedFigures, throughputFigures } from '../image-service/load-figures.ts';
import { overheadFigures } from '../image-service/overhead-figures.ts';
import { startProviderStack } from '../image-service/provider-stack.ts';
import { referenceFigures } from '../image-service/reference-figures.ts';
import { Tally } from '../measure/tally.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';

const FRAME = { width: 1280, height: 720 } as const;

/** The image service before a provider: what it adds, and what it bears. */
export const imageServiceBench: Bench = {
  name: 'image-service',
  about: 'frames by emulated providers: overhead over a bare call, references, event loop, memory, throughput',
  async run({ quick, say }): Promise<Figure[]> {
    await using folder = await makeBenchFolder();
    say('starting emulated providers, compression and image-generation');
    await using all = await startProviderStack(folder.path);
    const references = await uploadAll(all.stack.framesong, await smallReferences());
    const figures: Figure[] = [];
    say('a provider of half a second, with the service and without');
    const pairs = quick ? { pairs: 5, budgetMs: 10_000 } : { pairs: 40, budgetMs: 90_000 };
    figures.push(...(await overheadFigures(all, { provider: 'jiekou', references, ...FRAME }, pairs, new Tally(say))));
    say('twenty calls at once');
    const load = { provider: 'ark', references, ...FRAME } as const;
    figures.push(...(await attachedFigures(all, load, quick ? 1 : 5, new Tally(say))));
    say('throughput');
    figures.push(...(await throughputFigures(all, load, quick ? 1 : 4, new Tally(say))));
    say('seven references of 12 megapixels');
    const ladder = quick ? { pairs: 1, budgetMs: 0 } : { pairs: 5, budgetMs: 120_000 };
    figures.push(...(await referenceFigures(all, ladder, say, new Tally(say))));
    return figures;
  },
};

/** A scene and two characters, as they lie ready when a storyboard is worked on: within their budget. */
async function smallReferences(): Promise<Buffer[]> {
  const { scene, characters } = await drawSample({ scale: 1 });
  const pictures = [scene, ...characters.slice(0, 2)];
  return Promise.all(
    pictures.map(({ bytes }) => sharp(bytes).resize(768).flatten({ background: '#fff' }).jpeg().toBuffer()),
  );
}
