import { describeMusicFaults } from '../faults/describe-music-faults.ts';
import { falMusicFaultSubjects } from './fal-music-fault-subjects.ts';

for (const subject of falMusicFaultSubjects) describeMusicFaults(subject);
