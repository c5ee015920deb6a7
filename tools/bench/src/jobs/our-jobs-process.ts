import { defineJob, openJobs } from '@framesong/jobs';
import { configureLog } from '@framesong/telemetry';
import { answerBench, tellBench } from '../processes/answering.ts';
import { createStartNotes, timed, timedStarts, type SideTask } from './engine-side.ts';

// Our side: accepts jobs and runs them, as a service of role `all` does.
configureLog('silent');
const notes = createStartNotes();

void (async () => {
  const jobs = await openJobs({
    service: 'ours',
    databaseUrl: process.env['BENCH_DATABASE_URL'] ?? '',
    executorId: 'bench-0',
    role: 'all',
    definitions: [
      defineJob<{ name: string }, null>({
        kind: 'bench.v1',
        idPrefix: 'bench',
        queue: 'bench',
        run(job) {
          notes.note(job.input.name);
          return Promise.resolve(null);
        },
      }),
      // Waits in a queue of which nothing is started while it is measured.
      defineJob({ kind: 'parked.v1', idPrefix: 'bench', queue: 'parked', run: () => new Promise(() => undefined) }),
    ],
    queues: { bench: { concurrency: 4, maxWaiting: 1_000_000 }, parked: { concurrency: 1, maxWaiting: 1_000_000 } },
  });
  const submit = (kind: string, name: string) => jobs.submit({ kind, tenant: 'anna', input: { name } });
  answerBench({
    submit: (task: SideTask) => timed(task, (index) => submit('parked.v1', `parked-${index}`)),
    start: ({ count }: SideTask) =>
      timedStarts(
        count,
        notes.started,
        async () => {
          const name = notes.nextName();
          await submit('bench.v1', name);
          return name;
        },
        (name) => notes.until(name),
      ),
  });
  tellBench({ kind: 'ready' });
})();
