import type { ListImageModelsResponse } from '@framesong/contracts/image/v1/image_generation_service';
import type { ImageModelFacts } from './image-models.ts';

/** `ListImageModels`: the default first. */
export function listImageModels(known: readonly ImageModelFacts[]): Promise<ListImageModelsResponse> {
  const models = known.map(
    ({ provider, model, maxCharacters, minSidePixels, maxSidePixels, seeded, generative, description }) => ({
      provider,
      model,
      maxCharacters,
      seeded,
      generative,
      description,
      minSize: { width: minSidePixels, height: minSidePixels },
      maxSize: { width: maxSidePixels, height: maxSidePixels },
    }),
  );
  return Promise.resolve({ models });
}
