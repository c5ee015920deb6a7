/** How long work has taken, by what makes it, its size and its stage; which timeouts a job got. */
export const migration0003 = `
create table duration_history (
  model       text not null,
  size_class  text not null,
  stage       text not null,
  history     jsonb not null,
  updated_at  timestamptz not null default clock_timestamp(),
  primary key (model, size_class, stage)
);
-- By the name of the step.
alter table job add column timeouts jsonb not null default '{}';
`;
