export { EMULATORS, MUSIC_EMULATORS } from './emulator-list.ts';
export { startEmulator, type Emulator, type EmulatorOptions, type SeenRequest } from './emulator.ts';
export { FAULT_SUBJECTS } from './fault-subjects.ts';
export { faultsOfResult, runFault, type FaultResult, type FaultSubject } from './faults/run-fault.ts';
export {
  faultsOfMusicResult,
  runMusicFault,
  type MusicFaultResult,
  type MusicFaultSubject,
} from './faults/run-music-fault.ts';
export { MUSIC_FAULT_SUBJECTS } from './music-fault-subjects.ts';
export type { WantedOutcome } from './faults/wanted-outcomes.ts';
