import type { FramesongError } from '@framesong/errors';
import type { JobStore } from '../job-store.ts';
import type { BatchPlace } from './batch.ts';
import { readBatch, type BatchPage, type BatchPageRequest } from './read-batch.ts';
import { closeBatch, openBatch, rejectInBatch, type NewBatch } from './write-batch.ts';

/** The batches of one service. A job comes into one by `Submission.batch`. */
export interface Batches {
  /** Opens a batch, or joins the one of the same request id. Returns its id. */
  open(batch: NewBatch): Promise<string>;
  /** Notes why an item did not become a job. */
  reject(place: BatchPlace, error: FramesongError): Promise<void>;
  /** Notes that no more items come. */
  close(batchId: string): Promise<void>;
  get(tenant: string, batchId: string, page?: BatchPageRequest): Promise<BatchPage>;
}

export function openBatches(store: JobStore): Batches {
  return {
    open: (batch) => openBatch(store, batch),
    reject: (place, error) => rejectInBatch(store, place, error),
    close: (batchId) => closeBatch(store, batchId),
    get: (tenant, batchId, page) => readBatch(store, tenant, batchId, page),
  };
}
