import { describeMusicFaults } from '../faults/describe-music-faults.ts';
import { replicateMusicFaultSubjects } from './replicate-music-fault-subjects.ts';

for (const subject of replicateMusicFaultSubjects) describeMusicFaults(subject);
