import { invalidField } from '@framesong/errors';
import type { JobStore } from '../job-store.ts';
import { currentPeriod, standingsOf } from './check-limits.ts';
import { amountOf } from './money.ts';
import { entryOfRow, type OrderEntry, type OrderRow } from './order-entry.ts';
import { totalsOf, type CostTotal } from './read-costs.ts';

/** Whose spending, and when. */
export interface SpendingQuery {
  /** Undefined: that of all tenants. */
  readonly tenant: string | undefined;
  /** Orders at or after this time. Default: the begin of the month, in UTC. */
  readonly from?: Date | undefined;
  /** Orders before this time. Default: now. */
  readonly to?: Date | undefined;
}

/** What was ordered of one model, or of all, in one currency. Amounts are decimal texts. */
export interface ModelSpending {
  readonly provider: string;
  readonly model: string;
  /** Empty for orders whose price nobody knows: their amounts are 0. */
  readonly currency: string;
  readonly spent: string;
  /** What left and nobody knows, or is under way. */
  readonly atRisk: string;
  /** Orders, without those that cost nothing because they were not sent or refused. */
  readonly orders: number;
}

/** A limit of a tenant, and how much of it is used now. Amounts are decimal texts. */
export interface TenantLimit {
  readonly scope: 'day' | 'month';
  readonly currency: string;
  readonly amount: string;
  readonly spent: string;
  readonly atRisk: string;
  /** When the period ends and the limit begins anew. */
  readonly endsAt: Date;
}

/** What was spent in a period. */
export interface Spending {
  readonly from: Date;
  readonly to: Date;
  /** By currency, in alphabetical order. */
  readonly totals: readonly CostTotal[];
  /** By provider, model and currency, in alphabetical order. */
  readonly models: readonly ModelSpending[];
  /** Orders that left and nobody knows the end of, the newest first; at most {@link MAX_AT_RISK}. */
  readonly atRisk: readonly OrderEntry[];
  /** Those of the tenant; none when all tenants were asked for. */
  readonly limits: readonly TenantLimit[];
}

export const MAX_AT_RISK = 500;

const WHERE = `($1::text is null or tenant = $1) and reserved_at >= $2 and reserved_at < $3`;

const BY_MODEL = `
select provider, model, coalesce(currency, '') as currency,
       coalesce(sum(actual) filter (where state in ('settled', 'billed')), 0)::text as spent,
       coalesce(sum(estimate) filter (where state in ('reserved', 'at_risk')), 0)::text as "atRisk",
       count(*)::int as orders
  from paid_order where state <> 'released' and ${WHERE}
 group by 1, 2, 3 order by 1, 2, 3`;

const AT_RISK = `select * from paid_order where state = 'at_risk' and ${WHERE} order by reserved_at desc, id limit ${MAX_AT_RISK}`;

/** @throws FramesongError INVALID_ARGUMENT for a period that ends before it begins; UNAVAILABLE */
export async function readSpending(store: JobStore, { tenant, from, to }: SpendingQuery): Promise<Spending> {
  const { query } = store.database;
  const month = await currentPeriod(query, 'month');
  const period = { from: from ?? month.startsAt, to: to ?? new Date() };
  if (period.to < period.from)
    throw invalidField('end_time', `is ${period.to.toISOString()}, before the begin ${period.from.toISOString()}`);
  const values = [tenant ?? null, period.from, period.to];
  const [rows, atRisk, standings] = await Promise.all([
    query<ModelSpending>(BY_MODEL, values),
    query<OrderRow>(AT_RISK, values),
    tenant === undefined ? [] : standingsOf(query, store.spendingLimits, tenant),
  ]);
  const models = rows.map((row) => ({
    ...row,
    spent: amountOf(BigInt(row.spent)),
    atRisk: amountOf(BigInt(row.atRisk)),
  }));
  return {
    ...period,
    totals: totalsOf(models),
    models,
    atRisk: atRisk.map(entryOfRow),
    limits: standings.map(({ scope, currency, limit, spent, atRisk: risked, endsAt }) => ({
      scope,
      currency,
      amount: amountOf(limit),
      spent: amountOf(spent),
      atRisk: amountOf(risked),
      endsAt,
    })),
  };
}
