import { drawReference, type Placing, type ReferencePlan, type SubjectName } from '../drawn/drawn-references.ts';
import { decodeReference } from '../input/decode-image.ts';
import { alphaMatte } from './alpha-matte.ts';
import { colourMatte } from './colour-matte.ts';
import { cutOut } from './cut-out.ts';
import type { Cutout, Matte } from './cutout.ts';
import { personMatte } from './person-matte.ts';
import { analyseReference } from './reference-analysis.ts';

const SIZE = { width: 650, height: 500 };

async function matteOf(plan: ReferencePlan, method: typeof personMatte | typeof alphaMatte): Promise<Matte> {
  const image = await decodeReference(await drawReference({ ...SIZE, ...plan }), 'characters[0].image', 1100);
  const matte = await method(analyseReference(image, undefined));
  expect(matte).toBeDefined();
  return matte!;
}

/** Share of the pixels that either has which both have. */
function overlap(found: Float32Array, drawn: Float32Array): number {
  let [both, either] = [0, 0];
  found.forEach((value, i) => {
    if (value > 0.5 && drawn[i]! > 0.5) both++;
    if (value > 0.5 || drawn[i]! > 0.5) either++;
  });
  return both / either;
}

async function cut(plan: ReferencePlan): Promise<Cutout> {
  return cutOut(await decodeReference(await drawReference({ ...SIZE, ...plan }), 'characters[0].image', 1100));
}

const alone = (who: SubjectName): Placing[] => [{ who, x: 0.5, feet: 0.9, height: 0.72 }];

describe('cutting out an animal', () => {
  it.each(['horse', 'fox'] as const)(
    'finds a whole %s before a photo, of which the person model sees parts',
    async (who) => {
      const found = await matteOf({ before: { scene: 'beach' }, subjects: alone(who) }, personMatte);
      const drawn = await matteOf({ before: 'nothing', subjects: alone(who) }, alphaMatte);
      expect(overlap(found.alpha, drawn.alpha)).toBeGreaterThan(0.93);
    },
  );

  it('finds by its colours alone what the person model would not know', async () => {
    const found = await matteOf({ before: { scene: 'forest' }, subjects: alone('bird') }, colourMatte);
    const drawn = await matteOf({ before: 'nothing', subjects: alone('bird') }, alphaMatte);
    expect(found.method).toBe('colour');
    expect(overlap(found.alpha, drawn.alpha)).toBeGreaterThan(0.85);
  });

  it('finds nothing by colours in a place without a figure', async () => {
    for (const scene of ['forest', 'beach'] as const) {
      const image = await decodeReference(await drawReference({ ...SIZE, before: { scene }, subjects: [] }), '', 1100);
      expect(await colourMatte(analyseReference(image, undefined))).toBeUndefined();
    }
  });

  it.each(['horse', 'bird'] as const)('takes a %s from plain paper', async (who) => {
    const plain = await cut({ before: ['#dfe3e6', '#b4bcc4'], subjects: alone(who) });
    const { image } = await cut({ before: 'nothing', subjects: alone(who) });
    expect(plain.method).toBe('key');
    expect(Math.abs(plain.image.width - image.width)).toBeLessThan(12);
    expect(Math.abs(plain.image.height - image.height)).toBeLessThan(12);
  });
});
