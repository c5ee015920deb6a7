/** What a run has to remember between the begin and the end of a step: above all what was ordered and may have to be paid. */
export const migration0007 = `
create table job_note (
  job_id       text not null references job on delete cascade,
  name         text not null,
  value        jsonb not null,
  -- Gone as soon as somebody retries the job: it stands for a doubt that only a person can take away.
  until_retry  boolean not null,
  primary key (job_id, name)
);
`;
