import { storedMoney, type Money } from './money.ts';

/**
 * Where an order stands.
 *
 *     reserved --> settled                     it was made, and costs `actual`
 *        \-------> released                    it was not sent, or refused: it costs nothing
 *        \-------> at_risk --> settled, billed it left and nobody knows, or its process ended meanwhile
 *        \-------> billed --> settled          it is charged, and no result has come of it so far
 */
export const ORDER_STATES = ['reserved', 'settled', 'released', 'at_risk', 'billed'] as const;

export type OrderState = (typeof ORDER_STATES)[number];

/** One order of the ledger. It says nothing of what was ordered but provider and model. */
export interface OrderEntry {
  readonly jobId: string;
  readonly tenant: string;
  /** Names the order within its job; empty where there is one only. */
  readonly key: string;
  readonly provider: string;
  readonly model: string;
  readonly state: OrderState;
  /** Undefined when nobody knows the price. */
  readonly estimate: Money | undefined;
  /** What it has cost, once it is settled or billed. */
  readonly actual: Money | undefined;
  readonly reservedAt: Date;
  /** When it got the state that it has; undefined while it is reserved. */
  readonly endedAt: Date | undefined;
}

/** A row of table `paid_order`. Amounts are millionths; bigint columns arrive as text. */
export interface OrderRow {
  readonly id: string;
  readonly job_id: string;
  readonly tenant: string;
  readonly order_key: string;
  readonly provider: string;
  readonly model: string;
  readonly state: OrderState;
  readonly currency: string | null;
  readonly estimate: string | null;
  readonly actual: string | null;
  readonly reserved_at: Date;
  readonly ended_at: Date | null;
}

export function entryOfRow(row: OrderRow): OrderEntry {
  return {
    jobId: row.job_id,
    tenant: row.tenant,
    key: row.order_key,
    provider: row.provider,
    model: row.model,
    state: row.state,
    estimate: storedMoney(row.currency, row.estimate),
    actual: storedMoney(row.currency, row.actual),
    reservedAt: row.reserved_at,
    endedAt: row.ended_at ?? undefined,
  };
}
