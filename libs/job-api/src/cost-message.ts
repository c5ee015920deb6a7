import {
  OrderState as OrderStateMessage,
  SpendingScope,
  type JobCost,
  type OrderCost,
  type SpendingLimit,
} from '@framesong/contracts/job/v1/cost';
import type { Job, JobCosts, OrderEntry, OrderState, TenantLimit } from '@framesong/jobs';

const STATES: Readonly<Record<OrderState, OrderStateMessage>> = {
  reserved: OrderStateMessage.RESERVED,
  settled: OrderStateMessage.SETTLED,
  released: OrderStateMessage.RELEASED,
  at_risk: OrderStateMessage.AT_RISK,
  billed: OrderStateMessage.BILLED,
};

/** The wire form of what a job may cost and has cost; undefined for one that costs nothing. */
export function costMessage({ expectedCost }: Job, costs: JobCosts | undefined): JobCost | undefined {
  if (expectedCost === undefined) return undefined;
  return {
    estimate: expectedCost.estimate,
    maxCost: expectedCost.maxCost,
    totals: [...(costs?.totals ?? [])],
    orders: costs?.orders.map(orderMessage) ?? [],
    unpricedOrders: costs?.unpricedOrders ?? 0,
  };
}

/** The wire form of an order. */
export function orderMessage(entry: OrderEntry): OrderCost {
  const { jobId, key, provider, model, state, estimate, actual, reservedAt, endedAt } = entry;
  return {
    jobId,
    order: key,
    provider,
    model,
    state: STATES[state],
    estimate,
    actual,
    reserveTime: reservedAt,
    endTime: endedAt,
  };
}

/** The wire form of a limit and how it stands. */
export function limitMessage({ scope, currency, amount, spent, atRisk, endsAt }: TenantLimit): SpendingLimit {
  const wireScope = scope === 'day' ? SpendingScope.DAY : SpendingScope.MONTH;
  return { scope: wireScope, currency, amount, spent, atRisk, endTime: endsAt };
}
