import { invalidField } from '@framesong/errors';
import type { Job, JobState } from './job.ts';
import { jobOfRow, type JobRow } from './job-row.ts';
import type { JobStore } from './job-store.ts';
import { requestDigest } from './request-digest.ts';

export interface JobFilter {
  /** Any of these. Empty or absent: all. */
  readonly states?: readonly JobState[];
  readonly kinds?: readonly string[];
  /** All of these, each with its value. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Accepted at or after this time. */
  readonly createdAfter?: Date;
  /** Only the jobs of this batch. */
  readonly batchId?: string;
}

export interface JobPageRequest extends JobFilter {
  /** 1 to 500. Default 50. */
  readonly pageSize?: number;
  /** From the page before, with the same filter. */
  readonly pageToken?: string;
}

export interface JobPage {
  /** Newest first. */
  readonly jobs: readonly Job[];
  /** Absent on the last page. */
  readonly nextPageToken: string | undefined;
}

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 500;

/** @throws INVALID_ARGUMENT for a page size out of range or a token of another list. */
export async function listJobs(store: JobStore, tenant: string, request: JobPageRequest = {}): Promise<JobPage> {
  const { pageSize = DEFAULT_PAGE_SIZE, states = [], kinds = [], labels = {} } = request;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
    throw invalidField('page_size', `must be 1 to ${MAX_PAGE_SIZE}, is ${pageSize}`);
  }
  // Order of the named values does not matter, so it does not change the token either.
  const filter = requestDigest([
    tenant,
    [...states].sort(),
    [...kinds].sort(),
    labels,
    request.createdAfter ?? null,
    request.batchId ?? null,
  ]).slice(0, 16);
  const before = request.pageToken === undefined ? undefined : readToken(request.pageToken, filter);
  const rows = await store.database.query<JobRow>(
    `select * from job
      where tenant = $1 and ($2::text is null or right(id, 26) < right($2, 26))
        and (cardinality($3::text[]) = 0 or state = any($3)) and (cardinality($4::text[]) = 0 or kind = any($4))
        and labels @> $5::jsonb and ($7::timestamptz is null or created_at >= $7)
        and ($8::text is null or id in (select job_id from batch_item where batch_id = $8))
      order by right(id, 26) desc limit $6`,
    [
      tenant,
      before ?? null,
      states,
      kinds,
      JSON.stringify(labels),
      pageSize + 1,
      request.createdAfter ?? null,
      request.batchId ?? null,
    ],
  );
  const jobs = rows.slice(0, pageSize).map(jobOfRow);
  const last = jobs.at(-1);
  const more = rows.length > pageSize && last !== undefined;
  return { jobs, nextPageToken: more ? writeToken(last.id, filter) : undefined };
}

function writeToken(lastId: string, filter: string): string {
  return Buffer.from(JSON.stringify([1, filter, lastId])).toString('base64url');
}

function readToken(token: string, filter: string): string {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(parts) && parts[0] === 1 && parts[1] === filter && typeof parts[2] === 'string') return parts[2];
  } catch {
    // Told below, as every other fault of a token.
  }
  throw invalidField('page_token', 'is not from a page of this list: start without it, or repeat the same filter');
}
