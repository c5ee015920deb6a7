import { OrderState, type JobCost, type Money, type OrderCost } from '@framesong/contracts/job/v1/cost';

const STATES: Readonly<Record<OrderState, string>> = {
  [OrderState.UNSPECIFIED]: '',
  [OrderState.RESERVED]: 'under way',
  [OrderState.SETTLED]: 'made',
  [OrderState.RELEASED]: 'not charged',
  [OrderState.AT_RISK]: 'perhaps charged',
  [OrderState.BILLED]: 'charged, without a result',
  [OrderState.UNRECOGNIZED]: '',
};

/** What a job may cost and has cost, as facts with their names. */
export function costFacts(cost: JobCost | undefined): [name: string, text: string][] {
  if (!cost) return [];
  const { estimate, maxCost, totals, orders, unpricedOrders } = cost;
  const most = maxCost ? `, at most ${moneyText(maxCost)}` : '';
  const risks = totals.flatMap(({ currency, spent, atRisk }) => [
    ...(spent === '0' ? [] : [`${spent} ${currency} spent`]),
    ...(atRisk === '0' ? [] : [`${atRisk} ${currency} at risk`]),
  ]);
  const unpriced = unpricedOrders > 0 ? [`${unpricedOrders} of unknown price`] : [];
  return [
    ['expected cost', `${estimate ? moneyText(estimate) : 'unknown'}${most}`],
    ['cost', [...risks, ...unpriced].join(', ')],
    ...orders.map((order): [string, string] => ['order', orderText(order)]),
  ];
}

function orderText({ order, provider, model, state, estimate, actual }: OrderCost): string {
  const price = actual ?? estimate;
  const name = order === '' ? '' : `${order}: `;
  return `${name}${provider} ${model}, ${price ? moneyText(price) : 'price unknown'}, ${STATES[state]}`;
}

function moneyText({ currency, amount }: Money): string {
  return `${amount} ${currency}`;
}
