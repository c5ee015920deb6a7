import { ReuseOutcome, type ResultReuse } from '@framesong/contracts/job/v1/reuse';
import type { ReuseFacts } from '@framesong/jobs';

const OUTCOMES: Readonly<Record<ReuseFacts['outcome'], ReuseOutcome>> = {
  miss: ReuseOutcome.MISS,
  hit: ReuseOutcome.HIT,
  coalesced: ReuseOutcome.COALESCED,
};

/** The wire form of what came of the look for an earlier result. */
export function reuseMessage({ outcome, jobId = '', distance = 0 }: ReuseFacts): ResultReuse {
  return { outcome: OUTCOMES[outcome], jobId, distance };
}
