import type { CallTimeouts } from '../http/http-call.ts';
import type { ImageModel, ReferenceRole } from './image-model.ts';
import type { ImageSize } from './image-size.ts';
import type { ImageFit } from './fit-image.ts';

/** A picture that the result has to follow. Its place in the list is its number for the provider: the first is image 1. */
export interface ImageProviderReference {
  readonly role: ReferenceRole;
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
  /** As the caller wants it; what is asked for is in {@link EffectiveImageRequest}. */
  readonly size: ImageSize;
  readonly seed: number;
  /** A name of {@link ImageProvider.models}. */
  readonly model: string;
  /** Whether characters may share one labelled picture where a model takes fewer references. Default false. */
  readonly allowCollage?: boolean;
}

/** One picture of a request. */
export interface EffectivePicture {
  readonly role: ReferenceRole | 'collage';
  /** Of the characters that it shows; empty, or one empty text, for what is no character. */
  readonly ids: readonly string[];
  /** Of its file; only after it was sent. */
  readonly sizeBytes?: number;
}

/** The request as the provider is going to be asked. */
export interface EffectiveImageRequest {
  readonly model: string;
  /** What the provider is asked for. It differs from the wanted size where a model knows certain sizes only. */
  readonly providerSize: ImageSize;
  /** False: the provider decides the number of pixels itself and `providerSize` is what it is expected to make. */
  readonly isProviderSizeCertain: boolean;
  /** The size in the words of the provider: `{ size: '16x9', quality: '1k' }`. */
  readonly sizeParameters: Readonly<Record<string, string>>;
  /** How the provider's picture becomes the wanted size; after {@link ImageProvider.generate} from what really came. */
  readonly fit: ImageFit;
  /** Undefined when the model takes none. */
  readonly seed?: number;
  /** Each picture that is sent, in the order of its number, with the ids of what it shows: several in a collage. */
  readonly references: readonly EffectivePicture[];
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
  /** Limits of the call that orders, from the model's history; without them the ceiling of 180 s. */
  readonly timeouts?: CallTimeouts;
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
  /** As it came; `effective.fit` says how it becomes the wanted size. */
  readonly image: ImageBytes;
  readonly effective: EffectiveImageRequest;
  /** What made it: `framesong-compositor 1`, `jiekou seedream-4.5`. */
  readonly engine: string;
  /** The provider's own id of the answer, where it has one. */
  readonly responseId?: string;
  /** Pictures that the provider charges for, where it has been asked at all: 0 after a re-attached task. */
  readonly billedImages: number;
  /** What only this provider can tell, for the caller's eyes: placements, cut-out methods. Plain data. */
  readonly details?: unknown;
  readonly warnings: readonly string[];
}

/** What was found out without buying anything. */
export interface ProviderCheck {
  /** `access`: a free call succeeded; `configuration`: there is no free call, so only the settings were looked at. */
  readonly checked: 'access' | 'configuration';
  /** For people. */
  readonly note: string;
}

/**
 * Somebody who makes pictures from references and words: the embedded engine, or an HTTP service, whether it answers at once or
 * hands out a task to wait for.
 */
export interface ImageProvider {
  /** As callers name it: `embedded`, `jiekou`. */
  readonly name: string;
  readonly models: readonly ImageModel[];
  /**
   * How a request would be asked: pure, quick, and free of charge. Called before a job is accepted.
   * @throws FramesongError INVALID_ARGUMENT naming every field that can never work with this model.
   */
  plan(request: ImageRequest): EffectiveImageRequest;
  /**
   * Makes the picture. An adapter repeats a call by itself only where it surely was not accepted.
   * @throws FramesongError always with `outcome`; what the signal stands for when it fired.
   */
  generate(request: ImageRequest, context: ImageCallContext): Promise<ImageResult>;
  /**
   * Stands for how a model is asked: what was made under another revision may differ for the same request. Holds no secret.
   * Empty for a model that there is not.
   */
  revisionOf(model: string): string;
  /** Whether it could be asked now. Never buys anything. @throws FramesongError that says why not. */
  check(signal: AbortSignal): Promise<ProviderCheck>;
  /** Ends every connection. */
  close(): Promise<void>;
}
