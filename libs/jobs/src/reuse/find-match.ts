import type { Query } from '../database.ts';
import type { Job } from '../job.ts';
import { jobOfRow, type JobRow } from '../job-row.ts';
import { requestDigest } from '../request-digest.ts';
import type { ReuseTerms } from './reuse-terms.ts';
import { textDistance, wordsOf } from './text-distance.ts';

/** Under which an earlier result is looked for. */
export interface ReuseKey {
  readonly tenant: string;
  readonly kind: string;
  readonly rest: string;
  readonly text: string;
  readonly seed: number;
  readonly words: readonly string[];
}

/** An earlier job whose result will do. */
export interface Match {
  readonly job: Job;
  /** 0: the same text. */
  readonly distance: number;
}

export function reuseKeyOf(tenant: string, kind: string, terms: ReuseTerms): ReuseKey {
  const { rest, text, seed } = terms;
  return { tenant, kind, rest: requestDigest(rest), text: requestDigest(text), seed, words: wordsOf(text) };
}

/** Newest results that are looked at: an older one is hardly ever the better answer. */
const MAX_SAME = 5;
const MAX_SIMILAR = 50;

const FINISHED = `
  from result_reuse entry join job on job.id = entry.job_id
 where entry.tenant = $1 and entry.kind = $2 and entry.rest = $3 and ($4::bigint is null or entry.seed = $4)
   and job.state = 'SUCCEEDED'`;

/** What a look at the finished jobs found. */
export interface Look {
  /** The newest job whose result will do and is still there; of similar ones the nearest. */
  readonly match: Match | undefined;
  /** The newest with the same text, whether its result is still there or not. */
  readonly newestId: string | undefined;
}

export async function lookForMatch(query: Query, key: ReuseKey, terms: ReuseTerms): Promise<Look> {
  const values = valuesOf(key, terms);
  const same = await query<JobRow>(
    `select job.* ${FINISHED} and entry.text = $5 order by job.finished_at desc limit ${MAX_SAME}`,
    [...values, key.text],
  );
  const newestId = same[0]?.id;
  for (const job of same.map(jobOfRow)) {
    if (await terms.isUsable(job)) return { match: { job, distance: 0 }, newestId };
  }
  return { match: terms.maxDistance > 0 ? await findSimilar(query, key, terms, values) : undefined, newestId };
}

async function findSimilar(
  query: Query,
  key: ReuseKey,
  terms: ReuseTerms,
  values: readonly unknown[],
): Promise<Match | undefined> {
  const others = await query<{ id: string; words: string[] }>(
    `select job.id, entry.words ${FINISHED} and entry.text <> $5 order by job.finished_at desc limit ${MAX_SIMILAR}`,
    [...values, key.text],
  );
  const near = others
    .map(({ id, words }) => ({ id, distance: textDistance(key.words, words, terms.maxDistance) }))
    .filter((other): other is { id: string; distance: number } => other.distance !== undefined)
    .sort((left, right) => left.distance - right.distance);
  for (const { id, distance } of near) {
    const [row] = await query<JobRow>(`select * from job where id = $1 and state = 'SUCCEEDED'`, [id]);
    const job = row && jobOfRow(row);
    if (job && (await terms.isUsable(job))) return { job, distance };
  }
  return undefined;
}

/** The newest finished job with the same text: another than before when one has ended since. */
export async function newestFinished(query: Query, key: ReuseKey, terms: ReuseTerms): Promise<string | undefined> {
  const [row] = await query<{ id: string }>(
    `select job.id ${FINISHED} and entry.text = $5 order by job.finished_at desc limit 1`,
    [...valuesOf(key, terms), key.text],
  );
  return row?.id;
}

function valuesOf({ tenant, kind, rest, seed }: ReuseKey, { anySeed }: ReuseTerms): unknown[] {
  return [tenant, kind, rest, anySeed ? null : seed];
}

/**
 * The equal job that is under way, locked so that it does not end before the end of the transaction: what is noted as
 * following it until then gets its result.
 */
export async function findLeader(query: Query, key: ReuseKey, terms: ReuseTerms): Promise<string | undefined> {
  const [row] = await query<{ id: string }>(
    `select job.id from result_reuse entry join job on job.id = entry.job_id
      where entry.tenant = $1 and entry.kind = $2 and entry.rest = $3 and ($4::bigint is null or entry.seed = $4)
        and entry.text = $5 and job.state in ('QUEUED', 'RUNNING') and job.follows is null
      order by job.state = 'RUNNING' desc, job.created_at, job.id limit 1 for share of job`,
    [...valuesOf(key, terms), key.text],
  );
  return row?.id;
}
