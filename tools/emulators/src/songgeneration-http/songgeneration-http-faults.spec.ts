import { describeMusicFaults } from '../faults/describe-music-faults.ts';
import { songGenerationHttpFaultSubjects } from './songgeneration-http-fault-subjects.ts';

for (const subject of songGenerationHttpFaultSubjects) describeMusicFaults(subject);
