import { describeFaults } from '../faults/describe-faults.ts';
import { openaiFaultSubjects } from './openai-fault-subjects.ts';

for (const subject of openaiFaultSubjects) describeFaults(subject);
