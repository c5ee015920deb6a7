import { SpendingScope } from '@framesong/contracts/job/v1/cost';
import type { GetSpendingResponse } from '@framesong/contracts/job/v1/job_service';
import { tableLines } from '../output/table.ts';

/** What one service tells. */
export interface ServiceSpending {
  readonly name: string;
  readonly spending: GetSpendingResponse;
}

/** Spending as lines: by model, the sums, how the limits stand, and what is at risk with its jobs. */
export function spendingLines(services: readonly ServiceSpending[]): string[] {
  const [first] = services;
  const period = `from ${timeText(first?.spending.startTime)} to ${timeText(first?.spending.endTime)}`;
  return [
    period,
    ...section('', MODELS, services, ({ models }) =>
      models.map(({ provider, model, orders, currency, spent, atRisk }) => [
        provider,
        model,
        String(orders),
        ...(currency === '' ? ['unknown', '', ''] : [currency, spent, atRisk]),
      ]),
    ),
    ...section('in all', TOTALS, services, ({ totals }) =>
      totals.map(({ currency, spent, atRisk }) => [currency, spent, atRisk]),
    ),
    ...section('limits', LIMITS, services, ({ limits }) =>
      limits.map(({ scope, currency, amount, spent, atRisk, endTime }) => [
        scope === SpendingScope.DAY ? 'day' : 'month',
        currency,
        amount,
        spent,
        atRisk,
        timeText(endTime),
      ]),
    ),
    ...section('at risk', AT_RISK, services, ({ atRisk }) =>
      atRisk.map(({ jobId, order, provider, model, estimate, reserveTime }) => [
        jobId,
        order,
        `${provider} ${model}`,
        estimate ? `${estimate.amount} ${estimate.currency}` : 'unknown',
        timeText(reserveTime),
      ]),
    ),
  ];
}

const MODELS = ['provider', 'model', 'orders', 'currency', 'spent', 'at risk'];
const TOTALS = ['currency', 'spent', 'at risk'];
const LIMITS = ['per', 'currency', 'limit', 'spent', 'at risk', 'ends'];
const AT_RISK = ['job', 'order', 'of', 'price', 'ordered'];

function section(
  title: string,
  header: readonly string[],
  services: readonly ServiceSpending[],
  rowsOf: (spending: GetSpendingResponse) => string[][],
): string[] {
  const rows = services.flatMap(({ name, spending }) => rowsOf(spending).map((row) => [name, ...row]));
  if (rows.length === 0) return title === '' ? ['', 'nothing was ordered'] : [];
  return ['', ...(title === '' ? [] : [title]), ...tableLines(['service', ...header], rows)];
}

function timeText(time: Date | undefined): string {
  return time?.toISOString().replace(/\.\d+Z$/, 'Z') ?? '';
}
