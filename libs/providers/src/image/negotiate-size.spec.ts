import { JIEKOU_MODELS } from '../jiekou/models.ts';
import { fitImage, keptShare } from './fit-image.ts';
import type { SizeRule } from './image-model.ts';
import { negotiateSize } from './negotiate-size.ts';

const HD = { widthPx: 1280, heightPx: 720 };

/** A new one each time it is asked, the same in each run: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function isAllowed(rule: SizeRule, parameters: Readonly<Record<string, string>>): boolean {
  switch (rule.kind) {
    case 'own':
      return Object.keys(parameters).length === 0;
    case 'list':
      return rule.sizes.some(
        (size) => parameters[rule.parameter] === `${size.widthPx}${rule.separator}${size.heightPx}`,
      );
    case 'aspect': {
      const isShape = rule.aspects.some((aspect) => parameters[rule.parameter] === aspect.join(rule.separator));
      const { resolution } = rule;
      return isShape && (!resolution || resolution.steps.some(({ name }) => parameters[resolution.parameter] === name));
    }
    case 'free': {
      const [widthPx = 0, heightPx = 0] = parameters[rule.parameter]!.split(rule.separator).map(Number);
      const { multipleOf = 1, minSidePx = 1, maxSidePx = 1e9, minPixels = 1, maxPixels = 1e9 } = rule;
      const aspect = widthPx / heightPx;
      return (
        [widthPx, heightPx].every((px) => px % multipleOf === 0 && px >= minSidePx && px <= maxSidePx) &&
        widthPx * heightPx >= minPixels &&
        widthPx * heightPx <= maxPixels &&
        aspect >= (rule.minAspect ?? 0) &&
        aspect <= (rule.maxAspect ?? Infinity)
      );
    }
  }
}

describe('1280x720, which many models do not make,', () => {
  it.each([
    ['nano-banana-pro-light-i2i', { size: '16x9', quality: '1k' }, 'downscale'],
    ['nano-banana-2-t2i', { size: '16x9', quality: '1k' }, 'downscale'],
    ['gemini-3-pro-image-edit', { aspect_ratio: '16:9', size: '1K' }, 'downscale'],
    ['gemini-2.5-flash-image-edit', {}, 'enlarge'],
    ['seedream-3-0-txt2img', { size: '1280x720' }, 'none'],
    ['seedream-4.0', { size: '1376x774' }, 'downscale'],
    ['seedream-4.5', { size: '2560x1440' }, 'downscale'],
    ['gpt-image-1', { size: '1536x1024' }, 'crop_and_downscale'],
    ['gpt-image-1-edit', {}, 'enlarge'],
    ['flux-2-dev', { size: '1280*720' }, 'none'],
    ['flux-1-kontext-pro', { aspect_ratio: '16:9' }, 'downscale'],
    ['z-image-turbo', { size: '1280*720' }, 'none'],
  ])('is asked of %s as %j and then takes: %s', (name, parameters, operation) => {
    const { size } = JIEKOU_MODELS.find((model) => model.name === name)!;
    const plan = negotiateSize(size, HD);
    expect(plan.parameters).toEqual(parameters);
    expect(plan.fit.operation).toBe(operation);
    expect(plan.fit.resizeTo).toEqual(HD);
    expect(plan.warnings).toHaveLength(operation === 'none' ? 0 : 1);
  });

  it('is told in words', () => {
    const sizes = [{ widthPx: 1536, heightPx: 1024 }];
    const plan = negotiateSize({ kind: 'list', parameter: 'size', separator: 'x', sizes }, HD);
    expect(plan.warnings).toEqual([
      'the model is asked for 1536x1024; 16 % at the edges is cut off; the rest is brought to 1280x720',
    ]);
  });
});

describe('any size', () => {
  it.each(JIEKOU_MODELS.map((model) => [model.name, model.size] as const))(
    'is asked of %s in its own words, and nothing is made up silently',
    (_, rule) => {
      const next = random(7);
      for (let count = 0; count < 60; count += 1) {
        const side = (): number => Math.max(1, Math.round(next() ** 3 * 8000));
        const wanted = { widthPx: side(), heightPx: side() };
        const plan = negotiateSize(rule, wanted);
        expect({ wanted, ...plan, allowed: isAllowed(rule, plan.parameters) }).toMatchObject({ allowed: true });
        expect(plan.fit.resizeTo).toEqual(wanted);
        const { crop, operation } = plan.fit;
        const lacks = crop.widthPx < wanted.widthPx - 1 || crop.heightPx < wanted.heightPx - 1;
        expect({ wanted, crop, operation, lacks }).toMatchObject({ lacks: operation === 'enlarge' && lacks });
        const isExact = plan.isCertain && operation === 'none';
        expect(plan.warnings).toHaveLength(isExact ? 0 : 1);
        if (lacks) expect(plan.warnings[0]).toContain('enlarged');
      }
    },
  );

  it('that a free model makes is asked for as it is', () => {
    const rule: SizeRule = { kind: 'free', parameter: 's', separator: 'x', minSidePx: 64, maxSidePx: 2048 };
    for (const [widthPx, heightPx] of [
      [64, 64],
      [1281, 721],
      [2048, 2048],
    ] as const) {
      expect(negotiateSize(rule, { widthPx, heightPx })).toMatchObject({
        parameters: { s: `${widthPx}x${heightPx}` },
        fit: { operation: 'none' },
        warnings: [],
      });
    }
  });

  it.each([
    [{ multipleOf: 16 }, [1280, 720], '1280x720'],
    [{ multipleOf: 16 }, [1000, 1000], '1008x1008'],
    [{ multipleOf: 16 }, [1281, 721], '1296x736'],
    [{ minPixels: 3_686_400 }, [1281, 721], '2562x1442'],
    [{ minPixels: 921_600 }, [1280, 720], '1280x720'],
    [{ minSidePx: 256 }, [100, 200], '256x512'],
    [{ maxSidePx: 1536 }, [3000, 1500], '1536x768'],
    [{ maxPixels: 1_000_000 }, [2000, 1000], '1414x707'],
    [{ maxAspect: 3 }, [3000, 500], '3000x1000'],
    [{ minAspect: 1 / 3 }, [500, 3000], '1000x3000'],
  ])('under %j is for %j asked as %s', (limits, [widthPx = 0, heightPx = 0], text) => {
    const rule: SizeRule = { kind: 'free', parameter: 's', separator: 'x', ...limits };
    expect(negotiateSize(rule, { widthPx, heightPx }).parameters).toEqual({ s: text });
  });
});

describe('a fit', () => {
  it('keeps the largest part in the wanted shape, from the middle', () => {
    const fit = fitImage({ widthPx: 1536, heightPx: 1024 }, HD);
    expect(fit).toEqual({
      operation: 'crop_and_downscale',
      crop: { leftPx: 0, topPx: 80, widthPx: 1536, heightPx: 864 },
      resizeTo: HD,
    });
    expect(keptShare({ widthPx: 1536, heightPx: 1024 }, fit)).toBeCloseTo(0.84375);
  });

  it.each([
    [1280, 720, 'none'],
    [2560, 1440, 'downscale'],
    [1280, 800, 'crop'],
    [1400, 720, 'crop'],
    [1365, 768, 'downscale'],
    [640, 360, 'enlarge'],
    [1024, 1024, 'enlarge'],
  ])('of %dx%d to 1280x720 is: %s', (widthPx, heightPx, operation) => {
    expect(fitImage({ widthPx, heightPx }, HD).operation).toBe(operation);
  });
});
