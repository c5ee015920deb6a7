/** Width and height in pixels. */
export interface ImageSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A picture that the result has to follow. Its place in the list is its number for the provider: the first is image 1. */
export interface ImageProviderReference {
  readonly role: 'scene' | 'character';
  /** The character's id in the request; empty for the scene. */
  readonly id: string;
  /** What the prompt calls it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** By its first bytes. */
  readonly mediaType: string;
}

/** One picture that is wanted. */
export interface ImageRequest {
  readonly prompt: string;
  readonly negativePrompt?: string;
  /** Style in words. */
  readonly style?: string;
  /** In the order in which the provider is told of them: scene first, then the characters from the left. */
  readonly references: readonly ImageProviderReference[];
  /** As the caller wants it; what is made is in {@link EffectiveImageRequest}. */
  readonly size: ImageSize;
  readonly seed: number;
  /** A name of {@link ImageProvider.models}. */
  readonly model: string;
}

/** What a model can do. */
export interface ImageModel {
  readonly name: string;
  readonly isDefault: boolean;
  readonly maxReferences: number;
  readonly minSize: ImageSize;
  readonly maxSize: ImageSize;
  /** Same seed and request, same bytes. */
  readonly isDeterministic: boolean;
  readonly takesNegativePrompt: boolean;
  /** Whether an earlier, smaller render is handed to `onPreview`. */
  readonly makesPreview: boolean;
  readonly mediaTypes: readonly string[];
  /** For people; absent when it costs nothing. */
  readonly priceHint?: string;
}

/** The request as the provider is going to be asked. */
export interface EffectiveImageRequest {
  readonly model: string;
  /** What the provider makes. It differs from the wanted size where a model knows certain sizes only. */
  readonly providerSize: ImageSize;
  readonly seed: number;
  /** Ids of the references in the order of their numbers. */
  readonly referenceOrder: readonly string[];
  /** What the caller should know, for example how the size was rounded. */
  readonly warnings: readonly string[];
}

/** What accompanies a call. Nothing here outlives it. */
export interface ImageCallContext {
  /** Fires on deadline, cancel and shutdown alike. */
  readonly signal: AbortSignal;
  /** The same for every repeat of the same wish: for providers that recognise repeats. */
  readonly requestKey: string;
  /**
   * The provider's name for work that an earlier attempt has ordered: then its result is waited for, and nothing is bought
   * again.
   */
  readonly savedTaskId?: string;
  /** Awaited after a provider has accepted work and before its result is waited for. */
  saveTaskId(taskId: string): Promise<void>;
  /** Measured and never guessed; `share` is 0 to 1. */
  onProgress?(progress: { readonly share: number; readonly step: string }): void;
  /** Awaited: a preview is stored before the work goes on. */
  onPreview?(preview: ImageBytes): Promise<void>;
}

/** A picture. */
export interface ImageBytes {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly size: ImageSize;
}

/** What a provider has made. */
export interface ImageResult {
  readonly image: ImageBytes;
  readonly effective: EffectiveImageRequest;
  /** What made it, with version: `framesong-compositor 1`. */
  readonly engine: string;
  /** The provider's own id of the answer, where it has one. */
  readonly responseId?: string;
  /** What only this provider can tell, for the caller's eyes: placements, cut-out methods. Plain data. */
  readonly details?: unknown;
  readonly warnings: readonly string[];
}

/**
 * Somebody who makes pictures from references and words: the embedded engine, or an HTTP service, whether it answers at once or
 * hands out a task to wait for.
 */
export interface ImageProvider {
  /** As callers name it: `embedded`. */
  readonly name: string;
  readonly models: readonly ImageModel[];
  /**
   * How a request would be asked: pure, quick, and free of charge. Called before a job is accepted.
   * @throws FramesongError INVALID_ARGUMENT naming every field that can never work with this model.
   */
  plan(request: ImageRequest): EffectiveImageRequest;
  /**
   * Makes the picture. An adapter repeats a call by itself only where it surely was not accepted.
   * @throws FramesongError always with `outcome` where money is involved; what the signal stands for when it fired.
   */
  generate(request: ImageRequest, context: ImageCallContext): Promise<ImageResult>;
  /** Whether it could be asked now. Never buys anything. @throws FramesongError that says why not. */
  check(signal: AbortSignal): Promise<void>;
}
