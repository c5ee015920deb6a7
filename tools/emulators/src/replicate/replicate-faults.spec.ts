import { describeFaults } from '../faults/describe-faults.ts';
import { replicateFaultSubjects } from './replicate-fault-subjects.ts';

for (const subject of replicateFaultSubjects) describeFaults(subject);
