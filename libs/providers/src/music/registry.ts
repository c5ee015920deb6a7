import type { SettingsOf } from '@framesong/config';
import type { providerHttpSettings } from '../http/settings.ts';
import { pricesOf } from '../image/provider-settings.ts';
import { createAceStepAdapter } from './ace-step/ace-step-adapter.ts';
import { createMusicEngine } from './create-music-engine.ts';
import {
  engineSettings,
  hostedEngineSettings,
  type EngineSettings,
  type EngineSettingsGroup,
} from './engine-settings.ts';
import { createFalMusicAdapter } from './fal-music/fal-music-adapter.ts';
import type { HttpMusicEngine, MusicAdapter, MusicConnection } from './music-adapter.ts';
import { createReplicateMusicAdapter } from './replicate-music/replicate-music-adapter.ts';
import { createSongGenerationHttpAdapter } from './songgeneration-http/songgeneration-http-adapter.ts';
import { createStudioAdapter } from './songgeneration-studio/studio-adapter.ts';

/** A music engine over HTTP that Framesong knows. */
export interface RegisteredEngine {
  readonly name: string;
  readonly settings: EngineSettingsGroup;
  /** Whether it works without a key: then it is offered as soon as its base URL is set. */
  readonly isKeyless: boolean;
  createAdapter(connection: MusicConnection): MusicAdapter;
}

/** Every music engine over HTTP. A new one is its folder and a line here. */
export const MUSIC_ENGINES: readonly RegisteredEngine[] = [
  registered('ace-step', 'ACE-Step 1.5', '', createAceStepAdapter, true),
  registered(
    'songgeneration-http',
    'the HTTP wrapper around SongGeneration',
    '',
    createSongGenerationHttpAdapter,
    true,
  ),
  registered('songgeneration-studio', 'SongGeneration Studio', '', createStudioAdapter, true),
  hosted('replicate-music', 'music on Replicate', 'https://api.replicate.com/v1', createReplicateMusicAdapter),
  hosted('fal-music', 'music on fal', 'https://queue.fal.run', createFalMusicAdapter),
];

/** The settings of all of them, by name, for `loadSettings`. */
export const musicEngineSettings: Readonly<Record<string, EngineSettingsGroup>> = Object.fromEntries(
  MUSIC_ENGINES.map(({ name, settings }) => [name, settings]),
);

/** The engines that are configured. `settings` are what `loadSettings(musicEngineSettings)` gives. */
export function createMusicEngines(
  settings: Readonly<Record<string, EngineSettings>>,
  http: SettingsOf<typeof providerHttpSettings>,
): readonly HttpMusicEngine[] {
  return MUSIC_ENGINES.flatMap((engine) => {
    const own = settings[engine.name];
    if (!own || !isConfigured(engine, own)) return [];
    return [createMusicEngine(engine.createAdapter(connectionOf(engine, own, http)))];
  });
}

function registered(
  name: string,
  title: string,
  baseUrl: string,
  createAdapter: (connection: MusicConnection) => MusicAdapter,
  isKeyless = false,
): RegisteredEngine {
  return { name, settings: engineSettings({ name, title, baseUrl }), isKeyless, createAdapter };
}

/** One that runs many models, for money. */
function hosted(
  name: string,
  title: string,
  baseUrl: string,
  createAdapter: (connection: MusicConnection) => MusicAdapter,
): RegisteredEngine {
  return { name, settings: hostedEngineSettings({ name, title, baseUrl }), isKeyless: false, createAdapter };
}

function isConfigured({ isKeyless }: RegisteredEngine, { baseUrl, apiKey, apiKeyFile }: EngineSettings): boolean {
  return baseUrl !== '' && (isKeyless || (apiKey !== undefined && apiKey !== '') || apiKeyFile !== '');
}

function connectionOf(
  { settings }: RegisteredEngine,
  own: EngineSettings,
  { httpsProxy, httpProxy, noProxy }: SettingsOf<typeof providerHttpSettings>,
): MusicConnection {
  const proxy = httpsProxy || httpProxy ? { httpsProxy, httpProxy, noProxy } : undefined;
  const { connectTimeoutMs, keepAliveMs, keptConnections, writeTimeoutMs, readTimeoutMs, totalTimeoutMs } = own;
  return {
    baseUrl: own.baseUrl,
    key: { value: own.apiKey, file: own.apiKeyFile, setting: settings.settings.apiKey.env },
    ...(own.model !== '' && { model: own.model }),
    ...('input' in own && { input: own.input, prices: pricesOf(own) }),
    renders: own.renders,
    silenceMs: readTimeoutMs,
    http: {
      connectTimeoutMs,
      keepAliveMs,
      keptConnections,
      writeTimeoutMs,
      readTimeoutMs,
      longestCallMs: totalTimeoutMs,
      proxy,
      limits: { connections: own.connections, waitMs: own.poolTimeoutMs },
    },
    download: { connectTimeoutMs, totalTimeoutMs, proxy },
  };
}
