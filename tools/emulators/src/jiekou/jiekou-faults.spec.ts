import { describeFaults } from '../faults/describe-faults.ts';
import { jiekouFaultSubjects } from './jiekou-fault-subjects.ts';

for (const subject of jiekouFaultSubjects) describeFaults(subject);
