export type { ResolveHost } from './guarded-connections.ts';
export type {
  EffectiveImageRequest,
  ImageBytes,
  ImageCallContext,
  ImageModel,
  ImageProvider,
  ImageProviderReference,
  ImageRequest,
  ImageResult,
  ImageSize,
} from './image-provider.ts';
export {
  createReferenceFetcher,
  type FetchedReference,
  type ReferenceFetcher,
  type ReferenceFetcherOptions,
} from './reference-fetcher.ts';
export { allowListOf, referenceSettings } from './settings.ts';
