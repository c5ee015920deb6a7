/** Batches of jobs; when a job was last heard of, and where its percentage comes from. */
export const migration0002 = `
alter table job
  -- The batch that it was first submitted in.
  add column batch_id            text,
  add column last_event_at       timestamptz,
  add column percent_at          timestamptz,
  add column percent_provenance  text;

create table batch (
  id          text primary key,
  tenant      text not null,
  kind        text not null,
  request_id  text,
  created_at  timestamptz not null default clock_timestamp(),
  -- When its stream came to its end. A repeat goes on with one that broke.
  closed_at   timestamptz
);
create unique index batch_request on batch (tenant, request_id) where request_id is not null;
create index batch_created on batch (created_at);

create table batch_item (
  batch_id    text not null references batch on delete cascade,
  item_index  integer not null,
  label       text not null,
  -- The job of an accepted item, or why it was rejected; neither after the job was deleted.
  job_id      text references job on delete set null,
  error       jsonb,
  primary key (batch_id, item_index)
);
create index batch_item_job on batch_item (job_id) where job_id is not null;

create or replace function append_event(p_job text, p_type text, p_stage text, p_percent real, p_provenance text, p_message text, p_data jsonb)
returns integer language plpgsql as $$
declare
  v_now      timestamptz := clock_timestamp();
  v_sequence integer;
  v_stage    text;
  v_percent  real;
begin
  update job
     set last_sequence      = last_sequence + 1,
         stage              = coalesce(p_stage, stage),
         percent            = greatest(percent, coalesce(p_percent, 0)),
         last_event_at      = v_now,
         percent_at         = case when p_percent is null then percent_at else v_now end,
         percent_provenance = coalesce(p_provenance, percent_provenance)
   where id = p_job
  returning last_sequence, stage, percent into v_sequence, v_stage, v_percent;
  insert into job_event (job_id, sequence, at, type, stage, percent, provenance, message, data)
  values (p_job, v_sequence, v_now, p_type, v_stage, v_percent, p_provenance, p_message, p_data);
  perform pg_notify(current_schema(), 'event ' || p_job);
  return v_sequence;
end $$;
`;
