import { describeMusicFaults } from '../faults/describe-music-faults.ts';
import { aceStepFaultSubjects } from './ace-step-fault-subjects.ts';

for (const subject of aceStepFaultSubjects) describeMusicFaults(subject);
