import { EMULATORS, MUSIC_EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import { invalidField } from '@framesong/errors';

/** An emulator, and the environment that leads the services to it. */
export interface EmulatedProvider extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly environment: Readonly<Record<string, string>>;
}

/** How long its pictures and sounds take: long enough to see progress. */
const LATENCY_MS = 1500;

/** Path of the provider's API below its host, where the adapter's base URL holds one. */
const API_PATHS: Readonly<Record<string, string>> = {
  openai: '/v1',
  ark: '/api/v3',
  replicate: '/v1',
  'replicate-music': '/v1',
};

/** What is asked for on the command line, and who is there. */
const KINDS: Readonly<Record<'--provider' | '--engine', typeof EMULATORS>> = {
  '--provider': EMULATORS,
  '--engine': MUSIC_EMULATORS,
};

/** Starts an emulator of a provider or engine. @throws FramesongError INVALID_ARGUMENT for one that has none */
export async function startEmulated(option: '--provider' | '--engine', name: string): Promise<EmulatedProvider> {
  const emulated = KINDS[option][name];
  if (!emulated) throw invalidField(option, `there is an emulator of ${Object.keys(KINDS[option]).join(', ')}`);
  const emulator = await startEmulator(emulated, { latencyMs: LATENCY_MS });
  const variable = (setting: string): string => `FRAMESONG_${name.toUpperCase().replaceAll('-', '_')}_${setting}`;
  return {
    emulator,
    environment: {
      [variable('BASE_URL')]: `${emulator.url}${API_PATHS[name] ?? ''}`,
      [variable('API_KEY')]: emulator.key,
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}
