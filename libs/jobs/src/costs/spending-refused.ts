import { FramesongError } from '@framesong/errors';
import { amountOf, moneyText, type Money } from './money.ts';

/** Whom an order would go to. */
export interface OrderedFrom {
  readonly provider: string;
  readonly model: string;
}

/** A limit that holds for an order, and how much of it is used. Amounts are millionths. */
export interface LimitStanding {
  readonly scope: 'day' | 'month' | 'job';
  readonly currency: string;
  readonly limit: bigint;
  readonly spent: bigint;
  /** Reserved by orders under way, or left and never answered. */
  readonly atRisk: bigint;
  /** When the period ends and the limit begins anew; undefined for that of a job. */
  readonly endsAt: Date | undefined;
}

/** One of a tenant, whose period ends. */
export interface TenantStanding extends LimitStanding {
  readonly scope: 'day' | 'month';
  readonly endsAt: Date;
}

const NAMES = {
  day: 'the limit of the tenant per day (FRAMESONG_SPENDING_DAY_LIMIT)',
  month: 'the limit of the tenant per month (FRAMESONG_SPENDING_MONTH_LIMIT)',
  job: 'the max_cost of the request',
} as const;

/**
 * The order would go over a limit. A period that ends makes it possible later; what a job may cost is the caller's word.
 */
export function spendingLimitReached(from: OrderedFrom, cost: Money, standing: LimitStanding): FramesongError {
  const { scope, currency, endsAt } = standing;
  const text = (micros: bigint): string => moneyText({ currency, amount: amountOf(micros) });
  const advice = endsAt
    ? `the ${scope} ends at ${endsAt.toISOString()}: order then, or have the operator raise the limit`
    : 'submit it anew with a higher max_cost, or with a model that costs less';
  return new FramesongError(
    `what is wanted of ${from.provider} ${from.model} would cost ${moneyText(cost)}, and of ${NAMES[scope]}, ${text(standing.limit)}, ` +
      `${text(standing.spent)} is spent and ${text(standing.atRisk)} is at risk or under way; ${advice}`,
    {
      code: scope === 'job' ? 'FAILED_PRECONDITION' : 'RESOURCE_EXHAUSTED',
      reason: 'SPENDING_LIMIT',
      outcome: 'not_sent',
      metadata: {
        provider: from.provider,
        model: from.model,
        limit: scope,
        currency,
        limit_amount: amountOf(standing.limit),
        spent: amountOf(standing.spent),
        at_risk: amountOf(standing.atRisk),
        cost: cost.amount,
        ...(endsAt && { period_ends: endsAt.toISOString() }),
      },
    },
  );
}

/** Nobody knows what it would cost, so that no limit can be kept. */
export function priceUnknown({ provider, model }: OrderedFrom, why: string): FramesongError {
  const setting = `FRAMESONG_${provider.toUpperCase().replaceAll('-', '_')}_PRICES`;
  return new FramesongError(
    `nobody knows what ${provider} ${model} costs, and ${why}: have the operator set its price, ${setting}=${model}=PRICE, or allow it with FRAMESONG_SPENDING_UNKNOWN_PRICE=allow`,
    {
      code: 'FAILED_PRECONDITION',
      reason: 'PRICE_UNKNOWN',
      outcome: 'not_sent',
      metadata: { provider, model, setting },
    },
  );
}

/** The price and the limits are in different currencies, and nothing is converted. */
export function currencyWithoutLimit(
  { provider, model }: OrderedFrom,
  { currency }: Money,
  limited: string,
  advice: string,
): FramesongError {
  return new FramesongError(
    `${provider} ${model} is paid for in ${currency}, and the limit is in ${limited}, and nothing is converted: ${advice}`,
    {
      code: 'FAILED_PRECONDITION',
      reason: 'PRICE_IN_OTHER_CURRENCY',
      outcome: 'not_sent',
      metadata: { provider, model, currency, limited },
    },
  );
}
