import type { CallTimeouts } from '../http/http-call.ts';
import type { HttpClientOptions } from '../http/http-client-options.ts';
import type { KeyLocation } from '../http/key-source.ts';
import type { ResultDownloaderOptions } from '../http/result-downloader.ts';
import type { ImageModel } from './image-model.ts';
import type { ProviderCheck } from './image-provider.ts';
import type { NamedPicture, PromptStyle } from './prompt-text.ts';
import type { SizePlan } from './negotiate-size.ts';

/** A picture as it is sent. */
export interface SentPicture extends NamedPicture {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** What is ordered: everything is negotiated, and what cannot work has been refused. */
export interface ImageOrder {
  readonly model: ImageModel;
  /** The whole text, the pictures' roles, style and (where the model has no field for it) what to avoid included. */
  readonly prompt: string;
  /** Only where the model takes one. */
  readonly negativePrompt?: string;
  /** In the order of their numbers in the prompt. */
  readonly pictures: readonly SentPicture[];
  readonly size: SizePlan;
  /** Only where the model takes one: 0 to 2^31 - 1, which every provider accepts. */
  readonly seed?: number;
  /** The same for every repeat of the same wish. */
  readonly requestKey: string;
}

/** What accompanies an order. */
export interface OrderContext {
  readonly signal: AbortSignal;
  readonly timeouts: CallTimeouts;
  /**
   * Tells that the provider has taken the order, at once when that is known: from here on every error without an outcome of
   * its own counts as `billed`.
   */
  accepted(): void;
  /** Implies {@link accepted}. Awaited before the result is waited for. */
  saveTaskId(taskId: string): Promise<void>;
  /**
   * For answers that name a URL for their picture: it is saved like a task id before it is downloaded, so that after a crash it
   * is downloaded again and not bought again. Implies {@link accepted}.
   */
  saveResultUrl(url: string): Promise<void>;
  onProgress(progress: { readonly share: number; readonly step: string }): void;
  /** Bytes that are no picture are left out. */
  onPreview(bytes: Uint8Array): Promise<void>;
}

/** What came of an order. */
export interface MadePicture {
  readonly bytes: Uint8Array;
  readonly responseId?: string;
  /** Default 1. */
  readonly billedImages?: number;
  readonly details?: unknown;
  readonly warnings?: readonly string[];
}

/** What one provider's folder has to bring; `createImageProvider` makes an ImageProvider of it. */
export interface ImageAdapter {
  readonly name: string;
  readonly models: readonly ImageModel[];
  readonly promptStyle?: PromptStyle;
  /** Counts up when the same order is asked for in other words, which its models do not show. Default 1. */
  readonly version?: number;
  /** Asks the provider and waits for the picture. */
  order(order: ImageOrder, context: OrderContext): Promise<MadePicture>;
  /** Waits for the picture of a task that was ordered before; only where a model is async. Buys nothing. */
  resume?(taskId: string, model: ImageModel, context: OrderContext): Promise<MadePicture>;
  /** Downloads a picture from the URL that `saveResultUrl` was given. */
  fetchResult?(url: string, context: OrderContext): Promise<MadePicture>;
  check(signal: AbortSignal): Promise<ProviderCheck>;
  close(): Promise<void>;
}

/** How an adapter reaches its provider; each adapter's own options come on top. */
export interface AdapterConnection {
  readonly baseUrl: string;
  readonly key: KeyLocation;
  /** Limits, proxy and delays; the adapter adds who it is. */
  readonly http?: Partial<HttpClientOptions>;
  readonly download?: Partial<ResultDownloaderOptions>;
}
