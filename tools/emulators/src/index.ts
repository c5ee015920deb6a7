export { startEmulator, type Emulator, type EmulatorOptions, type SeenRequest } from './emulator.ts';
export { EMULATORS } from './emulator-list.ts';
