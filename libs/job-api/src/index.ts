export { createJobMessages, stageMessage, type JobKindMessages, type JobMessages } from './job-message.ts';
export { jobService } from './job-service.ts';
