import type { HttpClientOptions } from '../http/http-client-options.ts';
import type { KeyLocation } from '../http/key-source.ts';
import type { ResultDownloaderOptions } from '../http/result-downloader.ts';
import type { PriceHint } from '../image/image-model.ts';
import type { MusicCallContext, MusicCapabilities, MusicEngine, MusicRequest, RenderedMusic } from './music-engine.ts';

/** What one engine's folder has to bring; `createMusicEngine` makes a MusicEngine of it. */
export interface MusicAdapter {
  readonly name: string;
  /** Whether a render is charged for: then each of its errors has an outcome. */
  readonly isPaid: boolean;
  describe(signal: AbortSignal): Promise<MusicCapabilities>;
  /** The section that is wanted exists, the signal has not fired. */
  render(request: MusicRequest, context: MusicCallContext): Promise<RenderedMusic>;
  check(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A music engine over HTTP. */
export interface HttpMusicEngine extends MusicEngine {
  close(): Promise<void>;
}

/** How an adapter reaches its engine; each adapter's own options come on top. */
export interface MusicConnection {
  readonly baseUrl: string;
  /** With neither value nor file where there is none. */
  readonly key: KeyLocation;
  /** The model that the operator wants; absent for the engine's own default. */
  readonly model?: string;
  /** Fields of the model's input, as JSON; only of engines that run many models. */
  readonly input?: string;
  /** What a song costs, by model. */
  readonly prices?: ReadonlyMap<string, PriceHint>;
  /** Renders at once. Default 1. */
  readonly renders?: number;
  /** Longest silence of an engine that has taken work: a status that never changes. Default 900 s. */
  readonly silenceMs?: number;
  /** Limits, proxy and delays; the adapter adds who it is. */
  readonly http?: Partial<HttpClientOptions>;
  readonly download?: Partial<ResultDownloaderOptions>;
}
