/**
 * What was ordered for money. The entries outlive their jobs, so that the totals of a tenant stay right when jobs are
 * deleted; they hold no word of what was ordered. Amounts are millionths of the currency.
 */
export const migration0008 = `
create table paid_order (
  id           uuid primary key,
  job_id       text not null,
  tenant       text not null,
  order_key    text not null,
  provider     text not null,
  model        text not null,
  state        text not null check (state in ('reserved', 'settled', 'released', 'at_risk', 'billed')),
  -- Absent, as the amounts are, where nobody knows the price.
  currency     text,
  estimate     bigint,
  actual       bigint,
  reserved_at  timestamptz not null default clock_timestamp(),
  ended_at     timestamptz
);
create index paid_order_job on paid_order (job_id, order_key, reserved_at);
-- With all that is added up under a limit, so that a month of orders is read from it alone.
create index paid_order_tenant on paid_order (tenant, reserved_at) include (currency, state, estimate, actual);
create index paid_order_open on paid_order (job_id) where state = 'reserved';

-- What the job is expected to cost and may cost: {provider, model, estimate, maxCost}.
alter table job add column expected_cost jsonb;
`;
