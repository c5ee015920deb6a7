import { annotate, ATTR, count, METRICS } from '@framesong/telemetry';
import { moneyText, storedMoney } from './money.ts';
import type { OrderRow } from './order-entry.ts';

/** Writes an order that is about to leave to the active span. */
export function recordEstimate(row: OrderRow): void {
  const estimate = storedMoney(row.currency, row.estimate);
  annotate({ [ATTR.costEstimate]: estimate ? moneyText(estimate) : 'unknown' });
}

/** Writes how an order has ended to the active span, and adds it to the counters. */
export function recordCost(row: OrderRow): void {
  const { state, currency } = row;
  const actual = storedMoney(currency, row.actual);
  annotate({ [ATTR.costState]: state, ...(actual && { [ATTR.costActual]: moneyText(actual) }) });
  countCost(row);
}

/** Adds an order that has ended to the counters. */
export function countCost({ state, currency, provider, model, actual, estimate }: OrderRow): void {
  const labels = {
    [ATTR.genAiProvider]: provider,
    [ATTR.genAiModel]: model,
    [ATTR.costState]: state,
    [ATTR.costCurrency]: currency ?? 'unknown',
  };
  count(METRICS.costOrders, 1, labels);
  const micros = state === 'released' ? null : (actual ?? estimate);
  if (micros !== null) count(METRICS.costAmount, Number(micros), labels);
}

/** Adds an order that a limit has kept from leaving. */
export function countRefused({ provider, model }: { readonly provider: string; readonly model: string }): void {
  count(METRICS.costOrders, 1, {
    [ATTR.genAiProvider]: provider,
    [ATTR.genAiModel]: model,
    [ATTR.costState]: 'refused',
  });
}
