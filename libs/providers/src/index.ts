export { createArkAdapter } from './ark/ark-adapter.ts';
export { ARK_MODELS } from './ark/models.ts';
export { createResultDownloader } from './http/result-downloader.ts';
export { providerHttpSettings } from './http/settings.ts';
export type { CallTimeouts } from './http/http-call.ts';
export type { BreakerState } from './http/circuit-breaker.ts';
export type { SharedGates } from './http/shared-gates.ts';
export { createComfyUiAdapter, type ComfyUiOptions } from './comfyui/comfyui-adapter.ts';
export { COMFYUI_MODELS } from './comfyui/models.ts';
export { createFalAdapter, type FalOptions } from './fal/fal-adapter.ts';
export { FAL_MODELS } from './fal/models.ts';
export {
  createImageProvider,
  type GuardedImageProvider,
  type ImageProviderOptions,
} from './image/create-image-provider.ts';
export { fitImage, type ImageFit } from './image/fit-image.ts';
export type { ImageModel, PriceHint, ReferenceEncoding, ReferenceRole } from './image/image-model.ts';
export type {
  EffectiveImageRequest,
  ImageBytes,
  ImageCallContext,
  ImageProvider,
  ImageProviderReference,
  ImageRequest,
  ImageResult,
  ProviderCheck,
} from './image/image-provider.ts';
export {
  createImageProviders,
  IMAGE_PROVIDERS,
  imageProviderSettings,
  type RegisteredProvider,
} from './image/registry.ts';
export { sizeText, type ImageSize } from './image/image-size.ts';
export { inspectPicture } from './image/inspect-picture.ts';
export type { MakeCollage } from './image/negotiate-references.ts';
export { negotiateSize } from './image/negotiate-size.ts';
export type { AdapterConnection, ImageAdapter } from './image/image-adapter.ts';
export { createJiekouAdapter, type JiekouOptions } from './jiekou/jiekou-adapter.ts';
export { JIEKOU_MODELS } from './jiekou/models.ts';
export { createOpenAiAdapter } from './openai/openai-adapter.ts';
export { OPENAI_MODELS } from './openai/models.ts';
export type { ResolveHost } from './references/guarded-connections.ts';
export { createReplicateAdapter, type ReplicateOptions } from './replicate/replicate-adapter.ts';
export { REPLICATE_MODELS } from './replicate/models.ts';
export {
  createReferenceFetcher,
  type FetchedReference,
  type ReferenceFetcher,
  type ReferenceFetcherOptions,
} from './references/reference-fetcher.ts';
export type { ReferenceOrigin } from './references/reference-origin.ts';
export { allowListOf, referenceSettings } from './references/settings.ts';
