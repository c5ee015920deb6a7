import { createHash } from 'node:crypto';
import type { ImageAdapter } from './image-adapter.ts';
import type { ImageModel } from './image-model.ts';

/** Counts up when requests are negotiated or put into words differently. */
const NEGOTIATION = 2;

/** Stands for everything but the request that decides how a model is asked: 16 hexadecimal digits. */
export function modelRevision(
  { name, version = 1 }: Pick<ImageAdapter, 'name' | 'version'>,
  model: ImageModel,
  baseUrl = '',
): string {
  // What a picture costs does not change it.
  const parts = [NEGOTIATION, name, version, baseUrl, { ...model, priceHint: undefined }];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
