import { JIEKOU_MODELS, OPENAI_MODELS, type ImageModel } from '@framesong/providers';
import type { ProviderCallFacts } from './first-frame-input.ts';
import { previewUseFor } from './preview-use.ts';

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

  it('is the seed only where the model takes no draft', () => {
    const model: ImageModel = { ...named(JIEKOU_MODELS, 'flux-2-dev'), roles: ['scene', 'character'] };
    const note = 'flux-2-dev takes no draft; it gets the same seed';
    expect(previewUseFor({ ...frame, model })).toEqual({ use: 'seed', note });
  });

  it('is the result where the same model would be asked for the same size again', () => {
    const model = named(OPENAI_MODELS, 'gpt-image-1.5');
    const providerCall = call({ size: '1536x1024' });
    expect(previewUseFor({ ...frame, model, providerCall }).use).toBe('result');
    expect(previewUseFor({ ...frame, model, providerCall, isSameModel: false }).use).toBe('reference');
    expect(previewUseFor({ ...frame, model, providerCall, width: 720, height: 1280 }).use).toBe('reference');
  });
});
