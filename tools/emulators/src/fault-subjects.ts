import { arkFaultSubjects } from './ark/ark-fault-subjects.ts';
import { comfyuiFaultSubjects } from './comfyui/comfyui-fault-subjects.ts';
import { falFaultSubjects } from './fal/fal-fault-subjects.ts';
import type { FaultSubject } from './faults/run-fault.ts';
import { jiekouFaultSubjects } from './jiekou/jiekou-fault-subjects.ts';
import { openaiFaultSubjects } from './openai/openai-fault-subjects.ts';
import { replicateFaultSubjects } from './replicate/replicate-fault-subjects.ts';

/** Every adapter that is put under every fault. */
export const FAULT_SUBJECTS: readonly FaultSubject[] = [
  ...jiekouFaultSubjects,
  ...openaiFaultSubjects,
  ...arkFaultSubjects,
  ...replicateFaultSubjects,
  ...falFaultSubjects,
  ...comfyuiFaultSubjects,
];
