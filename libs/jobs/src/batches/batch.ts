import { invalidField, notFound } from '@framesong/errors';
import type { PlainError } from '@framesong/errors';
import type { Query } from '../database.ts';
import type { JobState } from '../job.ts';
import type { JobStore } from '../job-store.ts';

/** The place of a job in a batch. */
export interface BatchPlace {
  readonly id: string;
  /** Place in the stream, from 0. */
  readonly index: number;
  /** The caller's own name for the item. */
  readonly label: string;
}

/** How many jobs of a batch stand alike. */
export interface BatchCount {
  readonly state: JobState;
  /** Failed because a clock ran out. */
  readonly hasExpired: boolean;
  readonly jobs: number;
}

/** Many jobs that were submitted together. Each is a job of its own; the batch only counts them. */
export interface Batch {
  readonly id: string;
  readonly tenant: string;
  readonly kind: string;
  readonly requestId: string | undefined;
  readonly createdAt: Date;
  /** Its stream came to its end; false after one that broke. */
  readonly isComplete: boolean;
  /** Accepted and rejected. */
  readonly items: number;
  readonly rejected: number;
  /** Those that were deleted since are in none. */
  readonly counts: readonly BatchCount[];
  /** 0 to 100: mean over all accepted items, where one that has ended or was deleted counts 100. */
  readonly percent: number;
  /** All accepted items have ended. */
  readonly isDone: boolean;
}

/** One item as it stands. */
export interface BatchItem {
  readonly index: number;
  readonly label: string;
  /** Undefined when the item was rejected, or its job deleted. */
  readonly job: { readonly id: string; readonly state: JobState; readonly stage: string; readonly percent: number } | undefined; // prettier-ignore
  /** Why it was rejected, or why its job ended without result. */
  readonly error: PlainError | undefined;
}

/** A row of table `batch`. */
export interface BatchRow {
  readonly id: string;
  readonly tenant: string;
  readonly kind: string;
  readonly request_id: string | null;
  readonly created_at: Date;
  readonly closed_at: Date | null;
}

/** What the ids of batches begin with, at every service. */
export const BATCH_PREFIX = 'batch';

/**
 * The row of a tenant's batch.
 * @throws INVALID_ARGUMENT for what cannot be an id; NOT_FOUND: unknown, or of another tenant (no difference is told).
 */
export async function findBatchRow(store: JobStore, tenant: string, batchId: string, query: Query): Promise<BatchRow> {
  if (!/^batch_[0-9a-z]{26}$/.test(batchId)) {
    throw invalidField('batch_id', `must look like batch_ and 26 characters, is ${batchId.slice(0, 64)}`);
  }
  const [row] = await query<BatchRow>('select * from batch where id = $1 and tenant = $2', [batchId, tenant]);
  if (row) return row;
  const why = `service ${store.service} has none of this id: it was submitted elsewhere, is over and forgotten, or belongs to another tenant`;
  throw notFound('batch', batchId, why);
}
