import { EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import { invalidField } from '@framesong/errors';

/** An emulator, and the environment that leads the services to it. */
export interface EmulatedProvider extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly environment: Readonly<Record<string, string>>;
}

/** How long its pictures take: long enough to see progress. */
const LATENCY_MS = 1500;

/** Path of the provider's API below its host, where the adapter's base URL holds one. */
const API_PATHS: Readonly<Record<string, string>> = { openai: '/v1', ark: '/api/v3', replicate: '/v1' };

/** Starts an emulator of a provider. @throws FramesongError INVALID_ARGUMENT for a provider that has none */
export async function startEmulatedProvider(name: string): Promise<EmulatedProvider> {
  const emulated = EMULATORS[name];
  if (!emulated) throw invalidField('--provider', `there is an emulator of ${Object.keys(EMULATORS).join(', ')}`);
  const emulator = await startEmulator(emulated, { latencyMs: LATENCY_MS });
  const variable = (setting: string): string => `FRAMESONG_${name.toUpperCase()}_${setting}`;
  return {
    emulator,
    environment: {
      [variable('BASE_URL')]: `${emulator.url}${API_PATHS[name] ?? ''}`,
      [variable('API_KEY')]: emulator.key,
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}
