/** An amount of one currency, as a decimal text: sums of floating-point numbers drift. Currencies are never converted. */
export interface Money {
  /** ISO 4217: `USD`. */
  readonly currency: string;
  /** At most nine digits before the point and six behind it: `0.04`. */
  readonly amount: string;
}

const MICROS = 1_000_000n;
const AMOUNT = /^\d{1,9}(?:\.\d{1,6})?$/;
/** Sums grow longer than any amount that is part of them. */
const AMOUNT_OR_SUM = /^(\d+)(?:\.(\d{1,6}))?$/;
const CURRENCY = /^[A-Z]{3}$/;

/** What is wrong with money that somebody gave, for a message; undefined when nothing is. */
export function moneyFault({ currency, amount }: Money): string | undefined {
  if (!CURRENCY.test(currency))
    return `currency must be three capital letters such as USD, is ${currency || 'missing'}`;
  if (!AMOUNT.test(amount))
    return `amount must be a number such as 0.50, with at most nine digits before the point and six behind it`;
  return undefined;
}

/**
 * Millionths of the currency: what is added up and stored. Sums are taken too.
 * @throws RangeError for a text that is no amount: what comes from outside is checked before, by {@link moneyFault}
 */
export function microsOf(amount: string): bigint {
  const match = AMOUNT_OR_SUM.exec(amount);
  if (!match) throw new RangeError(`${amount} is not an amount of money`);
  const [, whole = '', part = ''] = match;
  return BigInt(whole) * MICROS + BigInt(part.padEnd(6, '0'));
}

/** The amount as a text without needless zeros: `0.04`, `12`. */
export function amountOf(micros: bigint): string {
  const part = (micros % MICROS).toString().padStart(6, '0').replace(/0+$/, '');
  const whole = (micros / MICROS).toString();
  return part === '' ? whole : `${whole}.${part}`;
}

/** So many times an amount; what is more than a whole number counts as the next one. @param count finite, 0 or more */
export function timesMoney({ currency, amount }: Money, count: number): Money {
  return { currency, amount: amountOf(microsOf(amount) * BigInt(Math.ceil(Math.max(0, count)))) };
}

/** `0.04 USD` */
export function moneyText({ currency, amount }: Money): string {
  return `${amount} ${currency}`;
}

/** An amount as it stands in the database: bigint and its sums arrive as text. */
export function storedMoney(currency: string | null, micros: string | null): Money | undefined {
  return currency === null || micros === null ? undefined : { currency, amount: amountOf(BigInt(micros)) };
}
