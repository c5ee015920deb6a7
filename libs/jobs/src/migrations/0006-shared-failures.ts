/**
 * Jobs that wait for the result of an equal one share a failure that each of them would meet again, or that may have cost
 * money: what is wrong with the request, what ends its workers, what was sent or billed. After any other end the first of
 * them does the work.
 */
export const migration0006 = `
create function is_shared_failure(p_state text, p_error jsonb) returns boolean language sql immutable as $$
  select p_state = 'FAILED' and (
         p_error ->> 'reason' = 'JOB_POISONED'
      or coalesce(p_error ->> 'outcome', '') in ('sent_unknown', 'billed')
      or p_error ->> 'code' in ('INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'OUT_OF_RANGE', 'NOT_FOUND', 'PERMISSION_DENIED'))
$$;

create or replace function settle_followers() returns trigger language plpgsql as $$
declare
  v_follower text;
begin
  if new.state = 'SUCCEEDED' or is_shared_failure(new.state, new.error) then
    for v_follower in select id from job where follows = new.id and state = 'QUEUED' order by id for update loop
      -- What was carried out is what the leader was asked for.
      update job set state = new.state, input = new.input, result = new.result, error = new.error,
                     started_at = coalesce(started_at, clock_timestamp()), finished_at = clock_timestamp()
       where id = v_follower;
      perform append_event(v_follower, new.state, null, case when new.state = 'SUCCEEDED' then 100 end, null,
                           case when new.state = 'SUCCEEDED' then 'the result of job ' || new.id
                                else new.error ->> 'message' end, null);
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
`;
