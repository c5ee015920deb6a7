import type { Query } from '../database.ts';
import { microsOf, type Money } from './money.ts';
import { hasLimits, type SpendingLimits } from './spending-limits.ts';
import {
  currencyWithoutLimit,
  priceUnknown,
  spendingLimitReached,
  type LimitStanding,
  type TenantStanding,
  type OrderedFrom,
} from './spending-refused.ts';

/** An order that is to be paid for, or a job that is about to be accepted. */
export interface IntendedOrder extends OrderedFrom {
  readonly tenant: string;
  /** Undefined before the job is there. */
  readonly jobId: string | undefined;
  /** Undefined when nobody knows. */
  readonly estimate: Money | undefined;
  readonly maxCost: Money | undefined;
}

/** The day and the month of the database's clock, in UTC. */
const PERIODS = `
select start at time zone 'UTC' as "startsAt", (start + ('1 ' || $1::text)::interval) at time zone 'UTC' as "endsAt"
  from (select date_trunc($1::text, clock_timestamp() at time zone 'UTC') as start) period`;

const USED = `
select coalesce(sum(actual) filter (where state in ('settled', 'billed')), 0)::text as spent,
       coalesce(sum(estimate) filter (where state in ('reserved', 'at_risk')), 0)::text as "atRisk"
  from paid_order where currency = $1`;

/** A calendar period of UTC. */
export interface Period {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** The period that is now, by the clock of the database. */
export async function currentPeriod(query: Query, scope: 'day' | 'month'): Promise<Period> {
  const [period] = await query<Period>(PERIODS, [scope]);
  return period!;
}

/**
 * Makes sure that an order fits under every limit. To be strict it has to run in the transaction that notes the order, after
 * {@link lockSpending}; without that it only tells early what would be refused later.
 * @throws FramesongError RESOURCE_EXHAUSTED or FAILED_PRECONDITION `SPENDING_LIMIT`, FAILED_PRECONDITION `PRICE_UNKNOWN` or
 * `PRICE_IN_OTHER_CURRENCY`, all with outcome not_sent
 */
export async function checkLimits(query: Query, limits: SpendingLimits, order: IntendedOrder): Promise<void> {
  const { estimate, maxCost } = order;
  if (estimate === undefined) {
    checkUnknownPrice(limits, order);
    return;
  }
  const cost = microsOf(estimate.amount);
  if (cost === 0n) return;
  checkCurrency(limits, order, estimate);
  for (const standing of await standingsOf(query, limits, order.tenant, estimate.currency)) {
    if (standing.spent + standing.atRisk + cost > standing.limit) throw spendingLimitReached(order, estimate, standing);
  }
  if (!maxCost) return;
  const standing = await standingOfJob(query, order.jobId, maxCost);
  if (standing.spent + standing.atRisk + cost > standing.limit) throw spendingLimitReached(order, estimate, standing);
}

/** One after the other, over all processes: so that two orders never both take the last of a limit. */
export async function lockSpending(query: Query, schema: string, tenant: string): Promise<void> {
  await query('select pg_advisory_xact_lock(hashtextextended($1, 8))', [`${schema} ${tenant}`]);
}

/** The limits of a tenant in one currency, or in all, and how much of each is used. */
export async function standingsOf(
  query: Query,
  limits: SpendingLimits,
  tenant: string,
  currency?: string,
): Promise<TenantStanding[]> {
  const standings: TenantStanding[] = [];
  for (const scope of ['day', 'month'] as const) {
    const wanted = [...limits[scope]].filter(([limited]) => currency === undefined || limited === currency);
    if (wanted.length === 0) continue;
    const { startsAt, endsAt } = await currentPeriod(query, scope);
    for (const [limited, limit] of wanted) {
      const used = await usedOf(query, `${USED} and tenant = $2 and reserved_at >= $3`, [limited, tenant, startsAt]);
      standings.push({ scope, currency: limited, limit, ...used, endsAt });
    }
  }
  return standings;
}

async function standingOfJob(
  query: Query,
  jobId: string | undefined,
  { currency, amount }: Money,
): Promise<LimitStanding> {
  const used = await usedOf(query, `${USED} and job_id = $2`, [currency, jobId ?? '']);
  return { scope: 'job', currency, limit: microsOf(amount), ...used, endsAt: undefined };
}

async function usedOf(
  query: Query,
  sql: string,
  values: readonly unknown[],
): Promise<{ readonly spent: bigint; readonly atRisk: bigint }> {
  const [row] = await query<{ spent: string; atRisk: string }>(sql, values);
  return { spent: BigInt(row!.spent), atRisk: BigInt(row!.atRisk) };
}

function checkUnknownPrice(limits: SpendingLimits, order: IntendedOrder): void {
  const { unknownPrice } = limits;
  if (order.maxCost) throw priceUnknown(order, 'the request has a max_cost');
  if (unknownPrice === 'allow') return;
  if (unknownPrice === 'refuse') throw priceUnknown(order, 'this service orders nothing without a price');
  if (hasLimits(limits)) throw priceUnknown(order, 'there is a limit on spending that could not be kept');
}

function checkCurrency({ day, month, unknownPrice }: SpendingLimits, order: IntendedOrder, estimate: Money): void {
  const { maxCost } = order;
  if (maxCost && maxCost.currency !== estimate.currency)
    throw currencyWithoutLimit(order, estimate, maxCost.currency, `give max_cost in ${estimate.currency}`);
  if (unknownPrice === 'allow') return;
  const limited = [...day.keys(), ...month.keys()];
  if (limited.length === 0 || limited.includes(estimate.currency)) return;
  const advice = `have the operator add one in ${estimate.currency} to FRAMESONG_SPENDING_DAY_LIMIT or FRAMESONG_SPENDING_MONTH_LIMIT`;
  throw currencyWithoutLimit(order, estimate, limited.join(' and '), advice);
}
