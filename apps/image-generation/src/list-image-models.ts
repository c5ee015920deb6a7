import type { ListImageModelsResponse } from '@framesong/contracts/image/v1/image_generation_service';
import { IMAGE_MODELS } from './image-models.ts';

/** `ListImageModels`: the default first. */
export function listImageModels(): Promise<ListImageModelsResponse> {
  const models = IMAGE_MODELS.map(({ minSidePixels, maxSidePixels, ...facts }) => ({
    ...facts,
    minSize: { width: minSidePixels, height: minSidePixels },
    maxSize: { width: maxSidePixels, height: maxSidePixels },
  }));
  return Promise.resolve({ models });
}
