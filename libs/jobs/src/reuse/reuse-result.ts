import type { Query } from '../database.ts';
import type { JobRow } from '../job-row.ts';
import {
  findLeader,
  lookForMatch,
  newestFinished,
  reuseKeyOf,
  type Look,
  type Match,
  type ReuseKey,
} from './find-match.ts';
import type { ReuseFacts, ReuseTerms } from './reuse-terms.ts';

/** What a new job is to an earlier one. */
export type Place =
  | { readonly kind: 'hit'; readonly match: Match }
  | { readonly kind: 'follow'; readonly leaderId: string }
  | { readonly kind: 'own' }
  /** An equal job has ended since the look: look again. */
  | { readonly kind: 'again' };

/** The look for an earlier result, for one submission. */
export interface ReuseSearch {
  readonly key: ReuseKey;
  readonly terms: ReuseTerms;
  /** Done before the transaction: whether files are there takes a while to see. */
  readonly look: Look;
}

const NOTHING: Look = { match: undefined, newestId: undefined };

/** Looks for a finished result; undefined when the submission says nothing of reuse. */
export async function searchResult(
  query: Query,
  { tenant, kind, reuse }: { readonly tenant: string; readonly kind: string; readonly reuse?: ReuseTerms },
): Promise<ReuseSearch | undefined> {
  if (!reuse) return undefined;
  const key = reuseKeyOf(tenant, kind, reuse);
  return { key, terms: reuse, look: reuse.read ? await lookForMatch(query, key, reuse) : NOTHING };
}

/**
 * Decides within the transaction of the submission. Equal submissions come one after the other, so that the second finds the
 * first.
 */
export async function placeOf(query: Query, search: ReuseSearch | undefined): Promise<Place> {
  if (!search?.terms.read) return { kind: 'own' };
  const { key, terms, look } = search;
  await query('select pg_advisory_xact_lock(hashtextextended($1, 5))', [
    [key.tenant, key.kind, key.rest, key.text].join(' '),
  ]);
  if (look.match) {
    const { id } = look.match.job;
    const there = await query(`select id from job where id = $1 and state = 'SUCCEEDED' for share`, [id]);
    return there.length > 0 ? { kind: 'hit', match: look.match } : { kind: 'again' };
  }
  const leaderId = await findLeader(query, key, terms);
  if (leaderId !== undefined) return { kind: 'follow', leaderId };
  return (await newestFinished(query, key, terms)) === look.newestId ? { kind: 'own' } : { kind: 'again' };
}

/** What the job says of it; undefined when no earlier result was asked for. */
export function factsOf(search: ReuseSearch | undefined, place: Place): ReuseFacts | undefined {
  if (place.kind === 'hit') return { outcome: 'hit', jobId: place.match.job.id, distance: place.match.distance };
  if (place.kind === 'follow') return { outcome: 'coalesced', jobId: place.leaderId, distance: 0 };
  return search?.terms.read ? { outcome: 'miss' } : undefined;
}

/** Gives the new job its place: the earlier result at once, or behind the job it follows; and notes it for later ones. */
export async function takePlace(query: Query, jobId: string, search: ReuseSearch, place: Place): Promise<void> {
  const facts = factsOf(search, place);
  if (facts) await query('update job set reuse = $2::jsonb where id = $1', [jobId, JSON.stringify(facts)]);
  if (place.kind === 'hit') return takeResult(query, jobId, place.match);
  if (search.terms.write) {
    const { tenant, kind, rest, text, seed, words } = search.key;
    await query(
      `insert into result_reuse (job_id, tenant, kind, rest, text, seed, words) values ($1, $2, $3, $4, $5, $6, $7)`,
      [jobId, tenant, kind, rest, text, seed, words],
    );
  }
  if (place.kind === 'follow') {
    await query(`update job set follows = $2, not_before = 'infinity' where id = $1`, [jobId, place.leaderId]);
  }
}

async function takeResult(query: Query, jobId: string, { job }: Match): Promise<void> {
  await query<JobRow>(
    `update job set state = 'SUCCEEDED', input = match.input, result = match.result,
                    started_at = clock_timestamp(), finished_at = clock_timestamp()
       from job match where job.id = $1 and match.id = $2`,
    [jobId, job.id],
  );
  await query(`select append_event($1, 'SUCCEEDED', null, 100, null, $2, null)`, [
    jobId,
    `the result of job ${job.id}`,
  ]);
}
