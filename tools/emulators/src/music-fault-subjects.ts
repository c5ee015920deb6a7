import { aceStepFaultSubjects } from './ace-step/ace-step-fault-subjects.ts';
import { falMusicFaultSubjects } from './fal-music/fal-music-fault-subjects.ts';
import type { MusicFaultSubject } from './faults/run-music-fault.ts';
import { replicateMusicFaultSubjects } from './replicate-music/replicate-music-fault-subjects.ts';
import { songGenerationHttpFaultSubjects } from './songgeneration-http/songgeneration-http-fault-subjects.ts';
import { studioFaultSubjects } from './songgeneration-studio/studio-fault-subjects.ts';

/** Every music engine that is put under every fault. */
export const MUSIC_FAULT_SUBJECTS: readonly MusicFaultSubject[] = [
  ...aceStepFaultSubjects,
  ...songGenerationHttpFaultSubjects,
  ...replicateMusicFaultSubjects,
  ...falMusicFaultSubjects,
  ...studioFaultSubjects,
];
