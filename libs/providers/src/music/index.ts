export { createAceStepAdapter, type AceStepOptions } from './ace-step/ace-step-adapter.ts';
export type { EngineSettings } from './engine-settings.ts';
export { createFalMusicAdapter, type FalMusicOptions } from './fal-music/fal-music-adapter.ts';
export { createReplicateMusicAdapter, type ReplicateMusicOptions } from './replicate-music/replicate-music-adapter.ts';
export type { HttpMusicEngine, MusicConnection } from './music-adapter.ts';
export { createMusicEngines, musicEngineSettings } from './registry.ts';
export { neverBack } from './never-back.ts';
export { createStudioAdapter, type StudioOptions } from './songgeneration-studio/studio-adapter.ts';
export {
  createSongGenerationHttpAdapter,
  type SongGenerationHttpOptions,
} from './songgeneration-http/songgeneration-http-adapter.ts';
export { createMusicEngine } from './create-music-engine.ts';
export { aceStepLyrics, songGenerationLyrics, songGenerationParagraphs } from './lyrics-forms.ts';
export type {
  EngineResources,
  LyricsForm,
  LyricsLimits,
  MemoryNeed,
  MusicCallContext,
  MusicCapabilities,
  MusicContext,
  MusicEngine,
  MusicProgress,
  MusicRequest,
  MusicSection,
  RenderedMusic,
  SoundFile,
  SoundWithGap,
} from './music-engine.ts';
