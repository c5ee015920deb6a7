import { microsOf } from './money.ts';

/** What is done with an order whose price nobody knows, or for whose currency there is no limit. */
export type UnknownPricePolicy = 'refuse_under_limit' | 'allow' | 'refuse';

/** How much each tenant may spend, in millionths by currency. */
export interface SpendingLimits {
  readonly day: ReadonlyMap<string, bigint>;
  readonly month: ReadonlyMap<string, bigint>;
  readonly unknownPrice: UnknownPricePolicy;
}

/** The limits as the settings hold them. */
export interface SpendingLimitTexts {
  /** `10 USD` or `10 USD, 70 CNY`. Default: no limit. */
  readonly spendingDayLimit?: string;
  /** The same for a calendar month. */
  readonly spendingMonthLimit?: string;
  /** Default `refuse_under_limit`. */
  readonly spendingUnknownPrice?: UnknownPricePolicy;
}

/** What {@link SpendingLimitTexts} look like; empty for none. */
export const LIMIT_PATTERN = /(?:\d{1,9}(?:\.\d{1,6})? [A-Z]{3}(?:, ?\d{1,9}(?:\.\d{1,6})? [A-Z]{3})*)?/;

/** Reads the limits of the settings. Of two in one currency the lower one holds. */
export function spendingLimitsOf({
  spendingDayLimit = '',
  spendingMonthLimit = '',
  spendingUnknownPrice = 'refuse_under_limit',
}: SpendingLimitTexts): SpendingLimits {
  return {
    day: limitsByCurrency(spendingDayLimit),
    month: limitsByCurrency(spendingMonthLimit),
    unknownPrice: spendingUnknownPrice,
  };
}

/** Whether any limit holds for tenants. */
export function hasLimits({ day, month }: SpendingLimits): boolean {
  return day.size + month.size > 0;
}

function limitsByCurrency(text: string): ReadonlyMap<string, bigint> {
  const limits = new Map<string, bigint>();
  for (const part of text.split(',')) {
    const [amount, currency] = part.trim().split(' ');
    if (amount === undefined || currency === undefined) continue;
    const micros = microsOf(amount);
    const other = limits.get(currency);
    limits.set(currency, other === undefined || micros < other ? micros : other);
  }
  return limits;
}
