import type { Job } from '../job.ts';

/** Largest distance that may be asked for: beyond it, more differs than agrees. */
export const MAX_SIMILAR_DISTANCE = 0.5;

/** What makes the result of a job, and whether an earlier one will do. Never crosses tenants or kinds. */
export interface ReuseTerms {
  /** All that makes the result besides text and seed: references by digest, sizes, model and version. Survives JSON. */
  readonly rest: unknown;
  /** What the result was asked for in words. */
  readonly text: string;
  readonly seed: number;
  /** A result of any seed will do. */
  readonly anySeed: boolean;
  /** Take an earlier result, or that of an equal job that is under way. */
  readonly read: boolean;
  /** Later jobs may take the result of this one. */
  readonly write: boolean;
  /** Take the result for another text that is at most so far away (see `textDistance`). 0: the same text only. */
  readonly maxDistance: number;
  /** Whether everything that the result of an earlier job refers to is still there. */
  isUsable(job: Job): Promise<boolean>;
}

/** What came of the look for an earlier result. */
export interface ReuseFacts {
  /** `hit`: the result of `jobId`; `coalesced`: the result of `jobId`, which was or is under way; `miss`: its own. */
  readonly outcome: 'hit' | 'miss' | 'coalesced';
  readonly jobId?: string;
  /** How far the text is from that of the job, 0 to 1. */
  readonly distance?: number;
}
