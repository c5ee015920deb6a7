import { drawReference, type ReferencePlan } from '../drawn/drawn-references.ts';
import { decodeReference } from '../input/decode-image.ts';
import { cutOut } from './cut-out.ts';
import type { Cutout } from './cutout.ts';

const SIZE = { width: 390, height: 520 };

async function cut(plan: ReferencePlan): Promise<Cutout> {
  return cutOut(await decodeReference(await drawReference({ ...SIZE, ...plan }), 'characters[0].image', 1100));
}
const standing = (who: 'omar' | 'vera' | 'snow' | 'kane') => [{ who, x: 0.5, feet: 0.95, height: 0.86 }];
const SCREEN = '#1fb24a';
const PAPER = ['#f4f5f6', '#e4e6e8'] as const;

/** Opaque pixels that pass a test, as a share of all opaque ones. */
function shareOf({ image }: Cutout, test: (red: number, green: number, blue: number) => boolean): number {
  let [found, opaque] = [0, 0];
  for (let o = 0; o < image.pixels.length; o += 4) {
    if (image.pixels[o + 3]! < 90) continue;
    opaque++;
    if (test(image.pixels[o]!, image.pixels[o + 1]!, image.pixels[o + 2]!)) found++;
  }
  return found / opaque;
}

/** Opaque pixels of the box around the figure, as a share. */
function filled({ image }: Cutout): number {
  let opaque = 0;
  for (let o = 3; o < image.pixels.length; o += 4) if (image.pixels[o]! > 128) opaque++;
  return opaque / (image.width * image.height);
}

describe('keying out a backdrop', () => {
  it('leaves nothing of a green screen: not in gaps, not as spill along the edge', async () => {
    const cutout = await cut({ before: SCREEN, subjects: standing('omar') });
    expect(cutout.method).toBe('key');
    expect(shareOf(cutout, (red, green, blue) => green > 1.25 * Math.max(red, blue) && green > 70)).toBeLessThan(0.002);
  });

  it('opens the gaps between strands of hair', async () => {
    const onPaper = await cut({ before: ['#f3ede1', '#d8cfbd'], subjects: standing('vera') });
    const hairRows = onPaper.image.height * 0.09;
    let pale = 0;
    let opaque = 0;
    for (let y = 0; y < hairRows; y++)
      for (let x = 0; x < onPaper.image.width * 0.7; x++) {
        const o = 4 * (y * onPaper.image.width + x);
        if (onPaper.image.pixels[o + 3]! < 128) continue;
        opaque++;
        if (Math.min(...onPaper.image.pixels.subarray(o, o + 3)) > 175) pale++;
      }
    expect(opaque).toBeGreaterThan(100);
    expect(pale / opaque).toBeLessThan(0.08);
  });

  it('keeps a white suit before white paper in one piece, and its quality is lower than that of a clear one', async () => {
    const truth = await cut({ before: 'nothing', subjects: standing('snow') });
    const onPaper = await cut({ before: PAPER, subjects: standing('snow') });
    expect(filled(onPaper)).toBeGreaterThan(filled(truth) * 0.88);
    const dark = await cut({ before: ['#30323a', '#1d1e24'], subjects: standing('kane') });
    const clear = await cut({ before: PAPER, subjects: standing('kane') });
    expect(dark.quality).toBeLessThan(clear.quality - 0.2);
  });

  it.each(['temple', 'cartoon'] as const)('takes a %s for no figure', async (scene) => {
    const place = await cut({ before: { scene }, subjects: [], width: 480, height: 270 });
    expect(place).toMatchObject({ method: 'card', quality: 0 });
  });
});
