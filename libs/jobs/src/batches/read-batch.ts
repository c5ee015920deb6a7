import { invalidField, type PlainError } from '@framesong/errors';
import type { JobState } from '../job.ts';
import { isFinal } from '../job.ts';
import type { JobStore } from '../job-store.ts';
import { findBatchRow, type Batch, type BatchItem, type BatchRow } from './batch.ts';

/** Which items of a batch. */
export interface BatchPageRequest {
  /** 1 to 500. Default 100. */
  readonly pageSize?: number;
  /** Only items after this place. Default: from the first. */
  readonly afterIndex?: number;
  /** Only items that were rejected, or whose job ended without result. */
  readonly onlyErrors?: boolean;
}

/** A batch and a page of its items. */
export interface BatchPage {
  readonly batch: Batch;
  /** In the order of the stream. */
  readonly items: readonly BatchItem[];
  /** There are items after the last of these. */
  readonly hasMore: boolean;
}

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 500;

const COUNT = `
select item.error is not null as rejected, job.state, coalesce(job.error -> 'metadata' ? 'limit', false) as expired,
       count(*)::int as items, coalesce(sum(job.percent), 0)::float8 as percent
  from batch_item item left join job on job.id = item.job_id
 where item.batch_id = $1 group by 1, 2, 3`;

const PAGE = `
select item.item_index, item.label, job.id, job.state, job.stage, job.percent, coalesce(item.error, job.error) as error
  from batch_item item left join job on job.id = item.job_id
 where item.batch_id = $1 and item.item_index > $2
   and (not $3 or item.error is not null or job.state in ('FAILED', 'CANCELLED'))
 order by item.item_index limit $4`;

interface CountRow {
  readonly rejected: boolean;
  readonly state: JobState | null;
  readonly expired: boolean;
  readonly items: number;
  readonly percent: number;
}

interface ItemRow {
  readonly item_index: number;
  readonly label: string;
  readonly id: string | null;
  readonly state: JobState;
  readonly stage: string | null;
  readonly percent: number;
  readonly error: PlainError | null;
}

/** @throws INVALID_ARGUMENT for a malformed id or a page size out of range; NOT_FOUND. */
export async function readBatch(
  store: JobStore,
  tenant: string,
  batchId: string,
  { pageSize = DEFAULT_PAGE_SIZE, afterIndex = -1, onlyErrors = false }: BatchPageRequest = {},
): Promise<BatchPage> {
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
    throw invalidField('page_size', `must be 1 to ${MAX_PAGE_SIZE}, is ${pageSize}`);
  }
  const { query } = store.database;
  const row = await findBatchRow(store, tenant, batchId, query);
  const counts = await query<CountRow>(COUNT, [batchId]);
  const rows = await query<ItemRow>(PAGE, [batchId, afterIndex, onlyErrors, pageSize + 1]);
  return {
    batch: batchOf(row, counts),
    items: rows.slice(0, pageSize).map(itemOf),
    hasMore: rows.length > pageSize,
  };
}

function batchOf(row: BatchRow, counts: readonly CountRow[]): Batch {
  const sum = (chosen: readonly CountRow[]): number => chosen.reduce((total, { items }) => total + items, 0);
  const accepted = counts.filter(({ rejected }) => !rejected);
  const isOver = ({ state }: CountRow): boolean => state === null || isFinal(state);
  const done = accepted.reduce((total, count) => total + (isOver(count) ? 100 * count.items : count.percent), 0);
  return {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind,
    requestId: row.request_id ?? undefined,
    createdAt: row.created_at,
    isComplete: row.closed_at !== null,
    items: sum(counts),
    rejected: sum(counts.filter(({ rejected }) => rejected)),
    counts: accepted.flatMap(({ state, expired, items }) =>
      state === null ? [] : [{ state, hasExpired: expired && state === 'FAILED', jobs: items }],
    ),
    percent: sum(accepted) === 0 ? 0 : done / sum(accepted),
    isDone: accepted.every(isOver),
  };
}

function itemOf(row: ItemRow): BatchItem {
  return {
    index: row.item_index,
    label: row.label,
    job: row.id === null ? undefined : { id: row.id, state: row.state, stage: row.stage ?? '', percent: row.percent },
    error: row.error ?? undefined,
  };
}
