import type { EmulatedProvider } from './emulated-provider.ts';
import { jiekouEmulator } from './jiekou/jiekou-emulator.ts';

/** Every provider that can be emulated, by name. */
export const EMULATORS: Readonly<Record<string, EmulatedProvider>> = {
  jiekou: jiekouEmulator,
};
