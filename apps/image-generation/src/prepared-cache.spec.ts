import type { PictureRef } from './first-frame-input.ts';
import { imageModelsOf, type ImageModelFacts } from './image-models.ts';
import { preparationTerms, type PreparationTerms } from './preparation.ts';
import { createPreparedCache, preparedKeys, type PreparedPicture } from './prepared-cache.ts';
import type { RoledReference } from './references-of.ts';
import { artifactsInFolder } from './testing/artifacts-in-folder.ts';

const LIMITS = { budgetBytes: 300, totalBytes: 1500, maxSidePixels: 2048 };
const TERMS: PreparationTerms = { ...LIMITS, mediaTypes: ['image/jpeg'], encoding: 'base64' };
const [EMBEDDED] = imageModelsOf(new Map());
const SENDING = { encoding: 'binary', sizeBytes: 3, shareBytes: 3, quality: 0, scale: 1, width: 1, height: 1 } as const;

const sourcesOf = (...names: string[]) =>
  names.map((name): PictureRef => ({ digest: name, sizeBytes: 1, mediaType: '', uri: '' }));
const rolesOf = (count: number) =>
  Array.from({ length: count }, (_, index): RoledReference => ({
    role: index === 0 ? 'scene' : 'character',
    characterId: '',
    label: '',
    field: '',
    reference: { kind: 'url', url: '' },
  }));
const keysOf = (names: string, changes: Partial<PreparationTerms> = {}, tenant = 'a') =>
  preparedKeys(tenant, rolesOf(names.length), sourcesOf(...Array.from(names)), { ...TERMS, ...changes });

describe('the key of a prepared reference', () => {
  it('is the same whatever stands beside it, while each may take the most that one may', () => {
    const [scene, figure] = keysOf('SA');
    expect(keysOf('SBC')[0]).toBe(scene);
    expect(keysOf('SBCDA')[4]).toBe(figure);
    expect(keysOf('AS')).toEqual([figure, scene]);
  });

  it('depends on all of them where they share what there is', () => {
    const shared = keysOf('SABCDE');
    expect(keysOf('SABCDE')).toEqual(shared);
    expect(shared[0]).not.toBe(keysOf('SABCD')[0]);
    expect(keysOf('SABCDF')[0]).not.toBe(shared[0]);
    expect(new Set(shared).size).toBe(6);
  });

  it.each([
    ['limit of one', { budgetBytes: 200 }],
    ['longest side', { maxSidePixels: 1024 }],
    ['media types', { mediaTypes: ['image/png'] }],
    ['encoding', { encoding: 'binary' }],
  ] as const)('depends on the %s', (_what, changes) => {
    expect(keysOf('S', changes)).not.toEqual(keysOf('S'));
  });

  it('is a tenant’s own', () => {
    expect(keysOf('S', {}, 'b')).not.toEqual(keysOf('S', {}, 'a'));
  });
});

describe('what is remembered of prepared references', () => {
  it('is found while the picture is there, and for its tenant only; the oldest is forgotten', async () => {
    using store = await artifactsInFolder();
    const cache = createPreparedCache(store.artifacts, 2);
    const put = async (key: string): Promise<PreparedPicture> => {
      const prepared = await store.artifacts.put('a', Buffer.from(key), { mediaType: 'image/jpeg' });
      const picture = { prepared: { ...prepared }, sending: SENDING };
      cache.set(key, picture);
      return picture;
    };
    const [one, two] = [await put('one'), await put('two')];
    expect(await cache.get('a', 'one')).toEqual(one);
    expect(await cache.get('b', 'one')).toBeUndefined();
    await put('one');
    await put('three');
    expect([await cache.get('a', 'two'), await cache.get('a', 'one')]).toEqual([undefined, one]);
    await store.artifacts.delete('a', one.prepared.digest);
    expect(await cache.get('a', 'one')).toBeUndefined();
    expect(two.sending).toEqual(SENDING);
  });
});

describe('the terms of preparing', () => {
  const model = (changes: Partial<ImageModelFacts>): ImageModelFacts => ({ ...EMBEDDED!, ...changes });

  it('leave room for what surrounds base64, and are counted in it as soon as one provider takes it', () => {
    const models = [model({}), model({ referenceEncoding: 'base64' })];
    expect(preparationTerms({ ...LIMITS, totalBytes: 100_000 }, models, 7)).toMatchObject({
      encoding: 'base64',
      totalBytes: 100_000 - 7 * 32,
    });
    expect(preparationTerms({ ...LIMITS, totalBytes: 100_000 }, [model({})], 7)).toMatchObject({
      encoding: 'binary',
      totalBytes: 100_000,
    });
  });

  it('name what everybody takes who may be asked, and keep to the smallest limit', () => {
    const models = [
      model({ referenceTypes: ['image/webp', 'image/jpeg'], maxReferenceBytes: 9_000 }),
      model({ referenceTypes: ['image/jpeg', 'image/png'], maxReferenceBytes: 5_000 }),
    ];
    expect(preparationTerms({ ...LIMITS, budgetBytes: 300_000 }, models, 1)).toMatchObject({
      mediaTypes: ['image/jpeg'],
      budgetBytes: 5_000,
    });
  });
});
