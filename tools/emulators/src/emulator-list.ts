import type { EmulatedProvider } from './emulated-provider.ts';
import { aceStepEmulator } from './ace-step/ace-step-emulator.ts';
import { arkEmulator } from './ark/ark-emulator.ts';
import { comfyuiEmulator } from './comfyui/comfyui-emulator.ts';
import { falEmulator } from './fal/fal-emulator.ts';
import { falMusicEmulator } from './fal-music/fal-music-emulator.ts';
import { jiekouEmulator } from './jiekou/jiekou-emulator.ts';
import { openaiEmulator } from './openai/openai-emulator.ts';
import { replicateEmulator } from './replicate/replicate-emulator.ts';
import { replicateMusicEmulator } from './replicate-music/replicate-music-emulator.ts';
import { songGenerationHttpEmulator } from './songgeneration-http/songgeneration-http-emulator.ts';
import { studioEmulator } from './songgeneration-studio/studio-emulator.ts';

/** Every image provider that can be emulated, by name. */
export const EMULATORS: Readonly<Record<string, EmulatedProvider>> = {
  ark: arkEmulator,
  comfyui: comfyuiEmulator(),
  fal: falEmulator,
  jiekou: jiekouEmulator,
  openai: openaiEmulator,
  replicate: replicateEmulator,
};

/** Every music engine that can be emulated, by name. */
export const MUSIC_EMULATORS: Readonly<Record<string, EmulatedProvider>> = {
  'ace-step': aceStepEmulator,
  'fal-music': falMusicEmulator,
  'replicate-music': replicateMusicEmulator,
  'songgeneration-http': songGenerationHttpEmulator(),
  'songgeneration-studio': studioEmulator,
};
