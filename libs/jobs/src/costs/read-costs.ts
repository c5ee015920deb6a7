import type { Query } from '../database.ts';
import type { Job } from '../job.ts';
import { amountOf, microsOf } from './money.ts';
import { entryOfRow, type OrderEntry, type OrderRow } from './order-entry.ts';

/** Sums of orders in one currency, as decimal texts. */
export interface CostTotal {
  readonly currency: string;
  /** What was charged for. */
  readonly spent: string;
  /** What left and nobody knows, or is under way. */
  readonly atRisk: string;
}

/** What was ordered for a job. */
export interface JobCosts {
  /** The first one first. */
  readonly orders: readonly OrderEntry[];
  /** In alphabetical order of the currencies. */
  readonly totals: readonly CostTotal[];
  /** Orders of unknown price that were, or may have been, charged for: they are in no total. */
  readonly unpricedOrders: number;
}

const READ = `select * from paid_order where job_id = any($1) order by reserved_at, id`;

/** The orders of some jobs, by job id. */
export async function readCosts(query: Query, jobs: readonly Job[]): Promise<ReadonlyMap<string, JobCosts>> {
  const ids = jobs.filter(({ expectedCost }) => expectedCost !== undefined).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const entries = (await query<OrderRow>(READ, [ids])).map(entryOfRow);
  const byJob = Map.groupBy(entries, ({ jobId }) => jobId);
  return new Map(ids.map((id) => [id, costsOf(byJob.get(id) ?? [])]));
}

function costsOf(orders: readonly OrderEntry[]): JobCosts {
  const charged = orders.filter(({ state }) => state !== 'released');
  const amounts = charged.flatMap(({ state, estimate, actual }): CostTotal[] => {
    const money = actual ?? estimate;
    if (!money) return [];
    const { currency, amount } = money;
    const isSpent = state === 'settled' || state === 'billed';
    return [{ currency, spent: isSpent ? amount : '0', atRisk: isSpent ? '0' : amount }];
  });
  return {
    orders,
    totals: totalsOf(amounts),
    unpricedOrders: charged.filter(({ actual, estimate }) => (actual ?? estimate) === undefined).length,
  };
}

/** Adds up by currency; what has no currency has no amount either. */
export function totalsOf(amounts: readonly CostTotal[]): CostTotal[] {
  const byCurrency = Map.groupBy(
    amounts.filter(({ currency }) => currency !== ''),
    ({ currency }) => currency,
  );
  const sum = (texts: readonly string[]): string => amountOf(texts.reduce((total, text) => total + microsOf(text), 0n));
  return [...byCurrency]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([currency, parts]) => ({
      currency,
      spent: sum(parts.map(({ spent }) => spent)),
      atRisk: sum(parts.map(({ atRisk }) => atRisk)),
    }));
}
