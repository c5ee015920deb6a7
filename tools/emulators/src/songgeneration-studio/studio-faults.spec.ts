import { describeMusicFaults } from '../faults/describe-music-faults.ts';
import { studioFaultSubjects } from './studio-fault-subjects.ts';

for (const subject of studioFaultSubjects) describeMusicFaults(subject);
