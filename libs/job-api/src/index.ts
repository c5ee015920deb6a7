export { checkCacheOptions, reuseTermsOf } from './cache-options.ts';
export { checkJobTerms } from './check-job-terms.ts';
export { followJob } from './follow-job.ts';
export {
  createJobMessages,
  outcomeMessage,
  stageMessage,
  type JobKindMessages,
  type JobMessages,
} from './job-message.ts';
export { jobService } from './job-service.ts';
export { submitBatch } from './submit-batch.ts';
export { submitForCall, type Caller } from './submit-for-call.ts';
