import { FramesongError, toPlainError } from '@framesong/errors';
import type { Query } from '../database.ts';
import { newJobId } from '../job-id.ts';
import type { JobStore } from '../job-store.ts';
import { storedJson, storedText } from '../stored-json.ts';
import { BATCH_PREFIX, type BatchPlace } from './batch.ts';

/** What a batch is opened with. */
export interface NewBatch {
  readonly tenant: string;
  /** Of its jobs. */
  readonly kind: string;
  /** A repeat with the same id joins the batch of the first time. Absent: every call makes a batch. */
  readonly requestId?: string;
}

/**
 * Opens a batch, or joins the one of the same request id.
 * @returns its id
 * @throws ALREADY_EXISTS when the request id stands for a batch of another kind
 */
export async function openBatch(store: JobStore, { tenant, kind, requestId }: NewBatch): Promise<string> {
  const { query } = store.database;
  const [made] = await query<{ id: string }>(
    `insert into batch (id, tenant, kind, request_id) values ($1, $2, $3, $4)
       on conflict (tenant, request_id) where request_id is not null do nothing returning id`,
    [newJobId(BATCH_PREFIX), tenant, kind, requestId ?? null],
  );
  if (made) return made.id;
  const [found] = await query<{ id: string; kind: string }>(
    'select id, kind from batch where tenant = $1 and request_id = $2',
    [tenant, requestId],
  );
  if (found?.kind === kind) return found.id;
  throw batchChanged(found?.id ?? '', `it is a batch of ${found?.kind ?? 'other work'}`);
}

/**
 * Notes the job of an item, in the transaction that accepts the job.
 * @throws ALREADY_EXISTS when another job has the place
 */
export async function placeInBatch(query: Query, { id, index, label }: BatchPlace, jobId: string): Promise<void> {
  const placed = await query(
    `insert into batch_item (batch_id, item_index, label, job_id) values ($1, $2, $3, $4)
       on conflict (batch_id, item_index) do update set job_id = excluded.job_id, label = excluded.label, error = null
       where batch_item.job_id is null or batch_item.job_id = excluded.job_id
     returning item_index`,
    [id, index, storedText(label), jobId],
  );
  if (placed.length === 0) throw batchChanged(id, `item ${index} is another one`);
}

/** Notes why an item was rejected. A place that has a job keeps it. */
export async function rejectInBatch(store: JobStore, place: BatchPlace, error: FramesongError): Promise<void> {
  await store.database.query(
    `insert into batch_item (batch_id, item_index, label, error) values ($1, $2, $3, $4::jsonb)
       on conflict (batch_id, item_index) do update set error = excluded.error, label = excluded.label
       where batch_item.job_id is null`,
    [place.id, place.index, storedText(place.label), storedJson(toPlainError(error))],
  );
}

/** Notes that the stream of a batch came to its end. */
export async function closeBatch(store: JobStore, batchId: string): Promise<void> {
  await store.database.query('update batch set closed_at = clock_timestamp() where id = $1 and closed_at is null', [
    batchId,
  ]);
}

/** Removes batches that are older than `retentionMs` and have no job any more. */
export async function removeOldBatches(store: JobStore, retentionMs: number): Promise<void> {
  await store.database.query(
    `delete from batch where created_at < now() - make_interval(secs => $1::float8 / 1000)
        and not exists (select from batch_item where batch_id = batch.id and job_id is not null)`,
    [retentionMs],
  );
}

function batchChanged(batchId: string, how: string): FramesongError {
  return new FramesongError(
    `the batch_request_id was used with other content (${how}): a new batch takes a new id, a repeat the same items in the same order`,
    { code: 'ALREADY_EXISTS', reason: 'BATCH_REQUEST_ID_REUSED', resource: { type: 'batch', name: batchId } },
  );
}
