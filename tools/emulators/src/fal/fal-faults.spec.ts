import { describeFaults } from '../faults/describe-faults.ts';
import { falFaultSubjects } from './fal-fault-subjects.ts';

for (const subject of falFaultSubjects) describeFaults(subject);
