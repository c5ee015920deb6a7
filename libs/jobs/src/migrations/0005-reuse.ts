/**
 * Results that later requests may get; jobs that wait for the result of an equal one. A job that follows another is never
 * handed out (`not_before` is infinite). Triggers pass results on, so that it happens whoever ends the job that is followed,
 * a program of an older version too, and in the same transaction.
 */
export const migration0005 = `
alter table job
  -- The job whose result it waits for.
  add column follows  text,
  -- How an earlier result was looked for: what came of it, whose result it is, and how far the texts are apart.
  add column reuse    jsonb;
create index job_follows on job (follows) where follows is not null;

create table result_reuse (
  job_id  text primary key references job on delete cascade,
  tenant  text not null,
  kind    text not null,
  -- Of all that makes the result, besides text and seed.
  rest    text not null,
  -- Of the text as it was given.
  text    text not null,
  seed    bigint not null,
  -- The words of the text, as they are compared.
  words   text[] not null
);
create index result_reuse_key on result_reuse (tenant, kind, rest, text);

create function leave_leader() returns trigger language plpgsql as $$
begin
  new.follows := null;
  new.not_before := null;
  return new;
end $$;
create trigger leave_leader before update of state on job for each row
  when (old.follows is not null and old.state is distinct from new.state) execute function leave_leader();

create function settle_followers() returns trigger language plpgsql as $$
declare
  v_follower text;
begin
  if new.state = 'SUCCEEDED' then
    for v_follower in select id from job where follows = new.id and state = 'QUEUED' order by id for update loop
      -- What was carried out is what the leader was asked for.
      update job set state = 'SUCCEEDED', input = new.input, result = new.result,
                     started_at = coalesce(started_at, clock_timestamp()), finished_at = clock_timestamp()
       where id = v_follower;
      perform append_event(v_follower, 'SUCCEEDED', null, 100, null, 'the result of job ' || new.id, null);
    end loop;
  else
    select id into v_follower from job where follows = new.id and state = 'QUEUED'
     order by priority desc, created_at, id limit 1 for update;
    if v_follower is not null then
      update job set follows = null, not_before = null, reuse = '{"outcome": "miss"}' where id = v_follower;
      update job set follows = v_follower, reuse = reuse || jsonb_build_object('jobId', v_follower)
       where follows = new.id and state = 'QUEUED';
      perform pg_notify(current_schema(), 'queue');
    end if;
  end if;
  return null;
end $$;
create trigger settle_followers after update of state on job for each row
  when (old.state is distinct from new.state and new.state in ('SUCCEEDED', 'FAILED', 'CANCELLED'))
  execute function settle_followers();
`;
