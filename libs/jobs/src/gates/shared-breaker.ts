import { randomUUID } from 'node:crypto';
import type { Database } from '../database.ts';

/** When a breaker opens and for how long, in milliseconds. */
export interface SharedBreakerRules {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** First time open; doubles with every trial that fails, up to `maxOpenMs`. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

/** That a call may pass; `trial` names the one trial of an open breaker. */
interface Pass {
  readonly trial?: string;
}

interface Standing {
  readonly failures: number;
  readonly open_for_ms: number | null;
  readonly is_trial: boolean;
}

const TRIAL_LEASE_MS = 60_000;

const OPEN_FOR_MS = 'extract(epoch from open_until - clock_timestamp())::float8 * 1000 as open_for_ms';

/** The trial goes to whoever's update comes first: the others wait for its lock and then find it taken. */
const ADMIT = `
with taken as (
  update breaker set trial = $2, trial_until = clock_timestamp() + $3 * interval '1 ms'
   where name = $1 and open_until <= clock_timestamp() and (trial_until is null or trial_until <= clock_timestamp())
  returning name)
select failures, ${OPEN_FOR_MS}, exists (select from taken) as is_trial from breaker where name = $1`;

const NEXT_OPEN_MS = 'least($4::bigint, greatest($3::bigint, breaker.open_ms * 2))';
const OPENS = '(breaker.trial = $5 or (breaker.open_until is null and breaker.failures + 1 >= $2::integer))';

const FAILED = `
insert into breaker (name, failures, open_ms, open_until)
values ($1, 1, case when $2::integer <= 1 then $3::bigint else 0 end,
        case when $2::integer <= 1 then clock_timestamp() + $3::bigint * interval '1 ms' end)
    on conflict (name) do update set
       failures = breaker.failures + 1,
       open_ms = case when ${OPENS} then ${NEXT_OPEN_MS} else breaker.open_ms end,
       open_until = case when ${OPENS} then clock_timestamp() + ${NEXT_OPEN_MS} * interval '1 ms'
                         else breaker.open_until end,
       trial = nullif(breaker.trial, $5),
       trial_until = case when breaker.trial = $5 then null else breaker.trial_until end
returning ${OPEN_FOR_MS}`;

/** A call from before it opened says nothing about now. */
const SUCCEEDED = `
with closed as (
  update breaker set failures = 0, open_ms = 0, open_until = null, trial = null, trial_until = null
   where name = $1 and failures > 0 and (open_until is null or trial = $2)
  returning name)
select ${OPEN_FOR_MS} from breaker where name = $1 and not exists (select from closed)`;

const GIVE_TRIAL_BACK = `
with given as (
  update breaker set trial = null, trial_until = null where name = $1 and trial = $2 returning name)
select ${OPEN_FOR_MS} from breaker where name = $1`;

const RENEW = `
update breaker set trial_until = clock_timestamp() + $3 * interval '1 ms' where name = $1 and trial = $2`;

/**
 * A circuit breaker that all processes of a service have in common: failures count together, and of all of them one makes the
 * trial. One statement before each call and one after it, by the clock of the database.
 * @param leaseMs a trial that nobody renews is over after so long: its process is gone
 */
export function createSharedBreaker(
  { query }: Database,
  name: string,
  rules: SharedBreakerRules,
  leaseMs = TRIAL_LEASE_MS,
) {
  const renewals = new Map<string, NodeJS.Timeout>();

  function keepTrial(trial: string): void {
    const renew = (): void => void query(RENEW, [name, trial, leaseMs]).catch(() => undefined);
    renewals.set(trial, setInterval(renew, leaseMs / 3).unref());
  }

  return {
    /** @throws FramesongError UNAVAILABLE while the database is away */
    async admit(): Promise<Pass | { readonly failures: number; readonly openForMs: number }> {
      const trial = randomUUID();
      const [standing] = await query<Standing>(ADMIT, [name, trial, leaseMs]);
      if (!standing || standing.open_for_ms === null) return {};
      if (!standing.is_trial) return { failures: standing.failures, openForMs: standing.open_for_ms };
      keepTrial(trial);
      return { trial };
    },
    /** @returns for how long it is open now; undefined when it is closed */
    async end({ trial }: Pass, verdict: 'succeeded' | 'failed' | 'undecided'): Promise<number | undefined> {
      if (trial !== undefined) {
        clearInterval(renewals.get(trial));
        renewals.delete(trial);
      }
      const token = trial ?? '';
      const { failures, openMs, maxOpenMs } = rules;
      const rows =
        verdict === 'failed'
          ? await query<Standing>(FAILED, [name, failures, openMs, maxOpenMs, token])
          : await query<Standing>(verdict === 'succeeded' ? SUCCEEDED : GIVE_TRIAL_BACK, [name, token]);
      return rows[0]?.open_for_ms ?? undefined;
    },
  };
}
