import { msOfDuration } from '@framesong/rpc';
import { moneyFault, type Money } from '@framesong/jobs';
import type { Duration } from '@framesong/contracts/google/protobuf/duration';

/** What every request for a job carries besides the work itself. */
export interface JobTerms {
  readonly requestId: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly priority: number;
  readonly runTimeout?: Duration | undefined;
  readonly expireTime?: Date | undefined;
  readonly maxCost?: Money | undefined;
}

const MIN_RUN_MS = 1_000;
const MAX_RUN_MS = 3_600_000;
const MAX_PRIORITY = 100;
const MAX_LABELS = 16;
const MAX_LABEL_CHARACTERS = 64;

/**
 * Checks the terms of a job.
 * @param fault told every fault, with the name of the field in the request
 */
export function checkJobTerms(terms: JobTerms, fault: (field: string, description: string) => unknown): void {
  const runMs = msOfDuration(terms.runTimeout);
  if (runMs !== undefined && !(runMs >= MIN_RUN_MS && runMs <= MAX_RUN_MS)) {
    fault('run_timeout', `must be ${MIN_RUN_MS / 1000} s to ${MAX_RUN_MS / 1000} s, is ${runMs / 1000} s`);
  }
  if (terms.expireTime && terms.expireTime.getTime() <= Date.now()) {
    fault('expire_time', 'has passed already; leave it out for a job that does not expire');
  }
  if (terms.requestId && !/^[A-Za-z0-9._:-]{1,128}$/.test(terms.requestId)) {
    fault('request_id', 'must be 1 to 128 letters, digits and ._:-');
  }
  if (Math.abs(terms.priority) > MAX_PRIORITY) {
    fault('priority', `must be -${MAX_PRIORITY} to ${MAX_PRIORITY}, is ${terms.priority}`);
  }
  const moneyIs = terms.maxCost && moneyFault(terms.maxCost);
  if (moneyIs) fault('max_cost', moneyIs);
  if (terms.labels.size > MAX_LABELS) {
    fault('labels', `has ${terms.labels.size} labels, at most ${MAX_LABELS} are taken`);
  }
  for (const [name, value] of terms.labels) {
    if (name && name.length <= MAX_LABEL_CHARACTERS && value.length <= MAX_LABEL_CHARACTERS) continue;
    fault('labels', `names have 1 to ${MAX_LABEL_CHARACTERS} characters, values at most as many`);
  }
}
