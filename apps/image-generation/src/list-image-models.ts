import type { ListImageModelsResponse } from '@framesong/contracts/image/v1/image_generation_service';
import type { ImageModelFacts } from './image-models.ts';

/** `ListImageModels`: the default first. */
export function listImageModels(known: readonly ImageModelFacts[]): Promise<ListImageModelsResponse> {
  const models = known.map(({ minSidePixels, maxSidePixels, ...facts }) => ({
    provider: facts.provider,
    model: facts.model,
    maxCharacters: facts.maxCharacters,
    maxCharactersWithCollage: facts.maxCharactersWithCollage,
    seeded: facts.seeded,
    generative: facts.generative,
    description: facts.description,
    minSize: { width: minSidePixels, height: minSidePixels },
    maxSize: { width: maxSidePixels, height: maxSidePixels },
  }));
  return Promise.resolve({ models });
}
