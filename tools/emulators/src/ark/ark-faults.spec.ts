import { describeFaults } from '../faults/describe-faults.ts';
import { arkFaultSubjects } from './ark-fault-subjects.ts';

for (const subject of arkFaultSubjects) describeFaults(subject);
