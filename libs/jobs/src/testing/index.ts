export { inspectJobs, type JobInspection } from './inspect-jobs.ts';
export { startWire, type Wire } from './wire.ts';
