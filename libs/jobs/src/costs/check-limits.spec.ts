import { checkLimits } from './check-limits.ts';
import type { Money } from './money.ts';
import { spendingLimitsOf, type SpendingLimitTexts } from './spending-limits.ts';

/** Nothing of this has to look at what was spent. */
const query = () => Promise.reject(new Error('the ledger was read'));

const CNY: Money = { currency: 'CNY', amount: '0.1' };

describe('an order that no limit can be compared with', () => {
  it.each<[SpendingLimitTexts, Money | undefined, string]>([
    [{}, undefined, 'allowed'],
    [{}, CNY, 'allowed'],
    [{ spendingUnknownPrice: 'refuse' }, undefined, 'PRICE_UNKNOWN'],
    [{ spendingDayLimit: '1 USD' }, undefined, 'PRICE_UNKNOWN'],
    [{ spendingMonthLimit: '1 USD' }, CNY, 'PRICE_IN_OTHER_CURRENCY'],
    [{ spendingDayLimit: '1 USD', spendingUnknownPrice: 'allow' }, undefined, 'allowed'],
    [{ spendingDayLimit: '1 USD', spendingUnknownPrice: 'allow' }, CNY, 'allowed'],
    [{ spendingDayLimit: '0 USD' }, { currency: 'CNY', amount: '0' }, 'allowed'],
  ])('under %j, of %j, is %s', async (texts, estimate, wanted) => {
    const order = { tenant: 'anna', jobId: 'frame_1', provider: 'ace-step', model: 'm', estimate, maxCost: undefined };
    const checked = checkLimits(query, spendingLimitsOf(texts), order).then(() => 'allowed');
    if (wanted === 'allowed') await expect(checked).resolves.toBe('allowed');
    else await expect(checked).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: wanted, outcome: 'not_sent' }); // prettier-ignore
  });

  it.each([
    ['PRICE_UNKNOWN', { spendingDayLimit: '1 USD' }, undefined, 'FRAMESONG_ACE_STEP_PRICES=m=PRICE'],
    ['PRICE_IN_OTHER_CURRENCY', { spendingDayLimit: '1 USD' }, CNY, 'add one in CNY to FRAMESONG_SPENDING_DAY_LIMIT'],
  ])('%s says what to set', async (_, texts, estimate, advice) => {
    const order = { tenant: 'anna', jobId: 'frame_1', provider: 'ace-step', model: 'm', estimate, maxCost: undefined };
    await expect(checkLimits(query, spendingLimitsOf(texts), order)).rejects.toThrow(advice);
  });

  it('is refused whatever the settings say when its caller sets a limit', async () => {
    const limits = spendingLimitsOf({ spendingUnknownPrice: 'allow' });
    const order = { tenant: 'anna', jobId: undefined, provider: 'p', model: 'm', maxCost: { ...CNY, currency: 'USD' } };
    await expect(checkLimits(query, limits, { ...order, estimate: undefined })).rejects.toMatchObject({ reason: 'PRICE_UNKNOWN' }); // prettier-ignore
    await expect(checkLimits(query, limits, { ...order, estimate: CNY })).rejects.toMatchObject({ reason: 'PRICE_IN_OTHER_CURRENCY' }); // prettier-ignore
  });
});
