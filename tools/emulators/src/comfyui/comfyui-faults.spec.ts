import { describeFaults } from '../faults/describe-faults.ts';
import { comfyuiFaultSubjects } from './comfyui-fault-subjects.ts';

for (const subject of comfyuiFaultSubjects) describeFaults(subject);
