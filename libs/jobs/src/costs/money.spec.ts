import { amountOf, microsOf, moneyFault, timesMoney } from './money.ts';
import { LIMIT_PATTERN, spendingLimitsOf } from './spending-limits.ts';

describe('money', () => {
  it.each([
    ['0', 0n, '0'],
    ['0.04', 40_000n, '0.04'],
    ['0.000001', 1n, '0.000001'],
    ['12.50', 12_500_000n, '12.5'],
    ['999999999.999999', 999_999_999_999_999n, '999999999.999999'],
  ])('%s is %s millionths and reads %s again', (text, micros, again) => {
    expect(microsOf(text)).toBe(micros);
    expect(amountOf(micros)).toBe(again);
  });

  it('adds up without drift, unlike floating-point numbers', () => {
    expect(0.1 * 3).not.toBe(0.3);
    const price = { currency: 'USD', amount: '0.1' };
    expect(timesMoney(price, 3)).toEqual({ currency: 'USD', amount: '0.3' });
    expect([timesMoney(price, 1.5), timesMoney(price, 0)].map(({ amount }) => amount)).toEqual(['0.2', '0']);
  });

  it.each([
    [{ currency: 'usd', amount: '1' }, /currency must be three capital letters/],
    [{ currency: '', amount: '1' }, /is missing/],
    [{ currency: 'USD', amount: '-1' }, /amount must be a number/],
    [{ currency: 'USD', amount: '1e3' }, /amount must be a number/],
    [{ currency: 'USD', amount: '0.0000001' }, /six behind it/],
    [{ currency: 'USD', amount: '1000000000' }, /nine digits before the point/],
  ])('refuses %j', (money, fault) => {
    expect(moneyFault(money)).toMatch(fault);
  });
});

describe('limits on spending', () => {
  it('are read by currency, and of two in one currency the lower one holds', () => {
    const { day, month, unknownPrice } = spendingLimitsOf({ spendingDayLimit: '10 USD, 70.5 CNY,9 USD' });
    expect([...day]).toEqual([
      ['USD', 9_000_000n],
      ['CNY', 70_500_000n],
    ]);
    expect([month.size, unknownPrice]).toEqual([0, 'refuse_under_limit']);
  });

  it.each([
    ['', true],
    ['10 USD', true],
    ['10 USD, 0.5 CNY', true],
    ['10', false],
    ['$10', false],
    ['10USD', false],
    ['10 USD,', false],
  ])('%j has the form of a setting: %s', (text, isGood) => {
    expect(new RegExp(`^(?:${LIMIT_PATTERN.source})$`).test(text)).toBe(isGood);
  });
});
