export { aceStepLyrics, songGenerationLyrics, songGenerationParagraphs } from './lyrics-forms.ts';
export type {
  LyricsForm,
  LyricsLimits,
  MusicCallContext,
  MusicCapabilities,
  MusicContext,
  MusicEngine,
  MusicProgress,
  MusicRequest,
  MusicSection,
  RenderedMusic,
  SoundFile,
} from './music-engine.ts';
