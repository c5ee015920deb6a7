/**
 * Hands waiting jobs of queue $1 to the engine, as many as may run ($2 less those at work), by turns between tenants: next is
 * the tenant with the fewest running jobs, of several the one whose last turn is longest ago; within a tenant the higher
 * priority, then the older job. Looks at the heads of each tenant's own line and never along it, so that it costs the same
 * however many wait.
 */
export const CHOOSE = `
with recursive busy as (
  select tenant, count(*)::int as jobs from job
   where queue = $1 and (state = 'RUNNING' or (state = 'QUEUED' and released)) group by tenant),
free as (select greatest(0, $2 - coalesce(sum(jobs), 0))::int as places from busy),
-- From one tenant to the next by the index.
tenants as (
  (select tenant from job where queue = $1 and state = 'QUEUED' and not released and (select places from free) > 0
    order by tenant limit 1)
  union all
  select (select tenant from job where queue = $1 and state = 'QUEUED' and not released and tenant > tenants.tenant
           order by tenant limit 1)
    from tenants where tenants.tenant is not null),
turns as (
  select heads.id, heads.created_at, served_at, coalesce(busy.jobs, 0) + heads.place as turn
    from tenants left join busy using (tenant)
    left join queue_turn on queue_turn.queue = $1 and queue_turn.tenant = tenants.tenant
   cross join lateral (
     select id, created_at, row_number() over (order by priority desc, created_at, id) as place from (
       select id, priority, created_at from job
        where queue = $1 and tenant = tenants.tenant and state = 'QUEUED' and not released
          and (not_before is null or not_before <= clock_timestamp())
        order by priority desc, created_at, id limit (select places from free)) head) heads
   where tenants.tenant is not null),
chosen as (
  update job set released = true, releases = releases + 1
   where state = 'QUEUED' and not released
     -- An array, since the planner takes a list of unknown length for a long one and would read the whole table.
     and id = any(array(select id from turns order by turn, served_at nulls first, created_at, id limit (select places from free)))
  returning id, releases, tenant),
served as (
  insert into queue_turn (queue, tenant, served_at) select $1, tenant, clock_timestamp() from (select distinct tenant from chosen) tenants
      on conflict (queue, tenant) do update set served_at = excluded.served_at)
select id, releases from chosen`;
