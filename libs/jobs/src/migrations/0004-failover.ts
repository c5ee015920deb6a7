/** What takes part in failing over: clocks that survive crashes, limits that change while running, who an executor is. */
export const migration0004 = `
alter table job
  -- When the present run began, what was used before it, and whose clock that is: an older program sets none of them.
  add column run_began_at     timestamptz,
  add column run_base_ms      bigint,
  add column run_clock_token  uuid,
  -- Steps that were finished when the present run began: a run that finished more and then crashed is no poison.
  add column steps_at_begin   integer,
  -- Not handed out before: no worker that looked at it knows its kind.
  add column not_before       timestamptz;

-- The try that last began the step, so that a statement whose answer was lost is no second try.
alter table job_step add column try_id uuid;

-- The process behind the id: two with one id are told apart.
alter table executor add column instance uuid;

-- What an operator has set; null stands for the setting of the service.
create table queue_limit (
  queue                   text primary key,
  concurrency             integer check (concurrency >= 1),
  per_worker_concurrency  integer check (per_worker_concurrency >= 1),
  max_waiting             integer check (max_waiting >= 0),
  changed_at              timestamptz not null default clock_timestamp()
);

create index job_waiting on job (queue, tenant, priority desc, created_at, id) where state = 'QUEUED' and not released;
create index job_busy on job (queue, tenant) where state = 'RUNNING' or (state = 'QUEUED' and released);
`;
