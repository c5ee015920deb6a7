/** What all processes know together of those who are asked over the network: who fails, and how often one may ask. */
export const migration0009 = `
create table breaker (
  name          text primary key,
  -- In a row.
  failures      integer not null,
  -- How long it was open last; 0 while it is closed.
  open_ms       bigint not null default 0,
  -- Null while it is closed.
  open_until    timestamptz,
  -- The one trial of an open breaker, and until when it counts: its process may be gone.
  trial         text,
  trial_until   timestamptz
);

create table rate_meter (
  name          text primary key,
  -- When the bucket is empty, if nothing more comes.
  empty_at      timestamptz not null,
  -- Whoever is asked has said to leave it alone until then.
  held_until    timestamptz
);
`;
