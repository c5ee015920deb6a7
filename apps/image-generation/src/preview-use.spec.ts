import { JIEKOU_MODELS, OPENAI_MODELS, type ImageModel } from '@framesong/providers';
import type { PictureRef, ProviderCallFacts } from './first-frame-input.ts';
import { previewUseFor } from './preview-use.ts';

const preview: PictureRef = {
  digest: `sha256:${'0'.repeat(64)}`,
  sizeBytes: 200_000,
  mediaType: 'image/png',
  uri: '',
};
const call = (sizeParameters: Record<string, string>): ProviderCallFacts => ({
  width: 1,
  height: 1,
  sizeParameters,
  fit: 'none',
  responseId: '',
  billedImages: 1,
});
const named = (models: readonly ImageModel[], wanted: string) => models.find(({ name }) => name === wanted)!;
const frame = {
  width: 1280,
  height: 720,
  referenceCount: 2,
  preview,
  isSameModel: true,
  providerCall: call({ size: '640*360' }),
};

describe('what a preview is to its frame', () => {
  it('is the seed for the embedded engine, and nothing where another made the preview', () => {
    expect(previewUseFor({ ...frame, model: undefined }).use).toBe('seed');
    expect(previewUseFor({ ...frame, model: undefined, isSameModel: false }).use).toBe('none');
  });

  it('is one more reference where the model has room for it', () => {
    const model = named(JIEKOU_MODELS, 'flux-2-dev');
    expect(previewUseFor({ ...frame, model }).use).toBe('reference');
    expect(previewUseFor({ ...frame, model, referenceCount: 3 })).toEqual({
      use: 'seed',
      note: 'flux-2-dev takes 3 references and has no room for the preview; it gets the same seed',
    });
    const withoutSeed = { ...model, takesSeed: false };
    expect(previewUseFor({ ...frame, model: withoutSeed, referenceCount: 3 })).toEqual({
      use: 'none',
      note: 'flux-2-dev takes 3 references and has no room for the preview; flux-2-dev takes no seed either, so that the frame may look different',
    });
  });

  it.each([
    ['no draft', { roles: ['scene', 'character'] }, /takes no draft/],
    ['no PNG', { referenceTypes: ['image/jpeg'] }, /takes no image\/png/],
    ['nothing so large', { maxReferenceBytes: 1000 }, /is larger than/],
  ] as const)('is the seed only where the model takes %s, and the note says why', (_, changes, why) => {
    const told = previewUseFor({ ...frame, model: { ...named(JIEKOU_MODELS, 'flux-2-dev'), ...changes } });
    expect(told).toEqual({ use: 'seed', note: expect.stringMatching(why) as unknown });
  });

  it('is the result where the same model would be asked for the same size again', () => {
    const model = named(OPENAI_MODELS, 'gpt-image-1.5');
    const providerCall = call({ size: '1536x1024' });
    expect(previewUseFor({ ...frame, model, providerCall }).use).toBe('result');
    expect(previewUseFor({ ...frame, model, providerCall, isSameModel: false }).use).toBe('reference');
    expect(previewUseFor({ ...frame, model, providerCall, width: 720, height: 1280 }).use).toBe('reference');
  });
});
