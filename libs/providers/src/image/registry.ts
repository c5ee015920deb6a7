import type { SettingsOf } from '@framesong/config';
import { createArkAdapter } from '../ark/ark-adapter.ts';
import { createComfyUiAdapter } from '../comfyui/comfyui-adapter.ts';
import { createFalAdapter } from '../fal/fal-adapter.ts';
import type { providerHttpSettings } from '../http/settings.ts';
import { createJiekouAdapter } from '../jiekou/jiekou-adapter.ts';
import { createOpenAiAdapter } from '../openai/openai-adapter.ts';
import { createReplicateAdapter } from '../replicate/replicate-adapter.ts';
import { createImageProvider, type GuardedImageProvider, type ImageProviderOptions } from './create-image-provider.ts';
import type { AdapterConnection, ImageAdapter } from './image-adapter.ts';
import { pricesOf, providerSettings, type ProviderSettings, type ProviderSettingsGroup } from './provider-settings.ts';

/** A provider that Framesong knows. */
export interface RegisteredProvider {
  readonly name: string;
  readonly settings: ProviderSettingsGroup;
  /** Whether it works without a key: then it is offered as soon as its base URL is set. */
  readonly isKeyless: boolean;
  createAdapter(connection: AdapterConnection): ImageAdapter;
}

/** Every provider over HTTP. A new one is its folder and a line here. */
export const IMAGE_PROVIDERS: readonly RegisteredProvider[] = [
  registered('jiekou', 'jiekou.ai', 'https://api.jiekou.ai', 4, createJiekouAdapter),
  registered('openai', 'OpenAI', 'https://api.openai.com/v1', 4, createOpenAiAdapter),
  registered('ark', 'Volcengine Ark', 'https://ark.cn-beijing.volces.com/api/v3', 4, createArkAdapter),
  registered('replicate', 'Replicate', 'https://api.replicate.com/v1', 4, createReplicateAdapter),
  registered('fal', 'fal', 'https://queue.fal.run', 4, createFalAdapter),
  registered('comfyui', 'ComfyUI', '', 1, createComfyUiAdapter, true),
];

/** The settings of all of them, by name, for `loadSettings`. */
export const imageProviderSettings: Readonly<Record<string, ProviderSettingsGroup>> = Object.fromEntries(
  IMAGE_PROVIDERS.map(({ name, settings }) => [name, settings]),
);

/** The providers that are configured, by name. `settings` are what `loadSettings(imageProviderSettings)` gives. */
export function createImageProviders(
  settings: Readonly<Record<string, ProviderSettings>>,
  http: SettingsOf<typeof providerHttpSettings>,
  options: Pick<ImageProviderOptions, 'makeCollage' | 'breaker' | 'gates'> = {},
): ReadonlyMap<string, GuardedImageProvider> {
  const configured = IMAGE_PROVIDERS.flatMap((provider) => {
    const own = settings[provider.name];
    return own && isConfigured(provider, own) ? [{ provider, own }] : [];
  });
  return new Map(
    configured.map(({ provider, own }) => {
      const adapter = provider.createAdapter(connectionOf(provider, own, http));
      const { imagesPerMinute } = own;
      return [
        provider.name,
        createImageProvider(adapter, { ...options, imagesPerMinute, prices: pricesOf(own), baseUrl: own.baseUrl }),
      ] as const;
    }),
  );
}

function registered(
  name: string,
  title: string,
  baseUrl: string,
  connections: number,
  createAdapter: (connection: AdapterConnection) => ImageAdapter,
  isKeyless = false,
): RegisteredProvider {
  return { name, settings: providerSettings({ name, title, baseUrl, connections }), isKeyless, createAdapter };
}

function isConfigured({ isKeyless }: RegisteredProvider, { baseUrl, apiKey, apiKeyFile }: ProviderSettings): boolean {
  return baseUrl !== '' && (isKeyless || (apiKey !== undefined && apiKey !== '') || apiKeyFile !== '');
}

function connectionOf(
  { settings }: RegisteredProvider,
  { baseUrl, apiKey, apiKeyFile, connections }: ProviderSettings,
  { connectTimeoutMs, downloadTimeoutMs, httpsProxy, httpProxy, noProxy }: SettingsOf<typeof providerHttpSettings>,
): AdapterConnection {
  const proxy = httpsProxy || httpProxy ? { httpsProxy, httpProxy, noProxy } : undefined;
  return {
    baseUrl,
    key: { value: apiKey, file: apiKeyFile, setting: settings.settings.apiKey.env },
    http: { connectTimeoutMs, proxy, limits: { connections } },
    download: { connectTimeoutMs, totalTimeoutMs: downloadTimeoutMs, proxy },
  };
}
