/** Jobs, their events and their finished steps; who is alive. */
export const migration0001 = `
create table job (
  id                text primary key,
  tenant            text not null,
  kind              text not null,
  queue             text not null,
  request_id        text,
  request_digest    text not null,
  labels            jsonb not null,
  priority          integer not null,
  state             text not null default 'QUEUED'
                    check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  stage             text,
  percent           real not null default 0,
  input             jsonb not null,
  result            jsonb,
  error             jsonb,
  stages            jsonb not null default '[]',
  created_at        timestamptz not null default clock_timestamp(),
  started_at        timestamptz,
  finished_at       timestamptz,
  expire_time       timestamptz,
  run_timeout_ms    bigint,
  run_used_ms       bigint not null default 0,
  attempts          integer not null default 0,
  crashes           integer not null default 0,
  -- True between runs that ended in order: a start that finds false follows a crash.
  left_in_order     boolean not null default true,
  -- Only the run that holds this token may write: a run that was taken over writes nothing more.
  run_token         uuid,
  -- Handed to the engine, for the n-th time.
  released          boolean not null default false,
  releases          integer not null default 0,
  attached          boolean not null,
  trace_carrier     jsonb not null,
  last_run_carrier  jsonb,
  trace_id          text,
  submit_trace_id   text,
  last_sequence     integer not null default 0
);
create unique index job_request on job (tenant, request_id) where request_id is not null;
-- Ids sort by time after their prefix.
create index job_page on job (tenant, right(id, 26) desc);
create index job_active on job (queue, tenant, priority desc, created_at, id) where state in ('QUEUED', 'RUNNING');
create index job_expiry on job (expire_time) where state = 'QUEUED' and expire_time is not null;
create index job_finished on job (finished_at) where finished_at is not null;

create table job_event (
  job_id      text not null references job on delete cascade,
  sequence    integer not null,
  at          timestamptz not null default clock_timestamp(),
  type        text not null,
  stage       text,
  percent     real not null,
  provenance  text,
  message     text,
  data        jsonb,
  primary key (job_id, sequence)
);

create table job_step (
  job_id       text not null references job on delete cascade,
  name         text not null,
  attempts     integer not null,
  result       jsonb,
  finished_at  timestamptz,
  primary key (job_id, name)
);

-- When a tenant had its last turn in a queue.
create table queue_turn (
  queue      text not null,
  tenant     text not null,
  served_at  timestamptz not null,
  primary key (queue, tenant)
);

create table executor (
  id       text primary key,
  beat_at  timestamptz not null
);

-- Numbers the event under the lock of the job's row, so that numbers have no gaps and commit in order.
create function append_event(p_job text, p_type text, p_stage text, p_percent real, p_provenance text, p_message text, p_data jsonb)
returns integer language plpgsql as $$
declare
  v_sequence integer;
  v_stage    text;
  v_percent  real;
begin
  update job
     set last_sequence = last_sequence + 1,
         stage         = coalesce(p_stage, stage),
         percent       = greatest(percent, coalesce(p_percent, 0))
   where id = p_job
  returning last_sequence, stage, percent into v_sequence, v_stage, v_percent;
  insert into job_event (job_id, sequence, type, stage, percent, provenance, message, data)
  values (p_job, v_sequence, p_type, v_stage, v_percent, p_provenance, p_message, p_data);
  perform pg_notify(current_schema(), 'event ' || p_job);
  return v_sequence;
end $$;
`;
