import { pathToFileURL } from 'node:url';
import { answerBench, tellBench } from '../processes/answering.ts';
import { createStartNotes, timed, timedStarts, type SideTask } from './engine-side.ts';

/** What is used of pg-boss, which the bench installs beside itself. */
interface Boss {
  start(): Promise<unknown>;
  createQueue(name: string): Promise<unknown>;
  send(name: string, data: object): Promise<string | null>;
  work(name: string, options: object, handler: (jobs: { data: { name: string } }[]) => Promise<void>): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): void;
}

const { BENCH_DATABASE_URL: databaseUrl = '', BENCH_PG_BOSS: entry = '' } = process.env;
const notes = createStartNotes();

void (async () => {
  const { PgBoss } = (await import(pathToFileURL(entry).href)) as { PgBoss: new (url: string) => Boss };
  const boss = new PgBoss(databaseUrl);
  boss.on('error', () => undefined);
  await boss.start();
  for (const queue of ['bench', 'parked']) await boss.createQueue(queue);
  // Half a second is the shortest that it takes.
  await boss.work('bench', { pollingIntervalSeconds: 0.5, batchSize: 4 }, (jobs) => {
    for (const { data } of jobs) notes.note(data.name);
    return Promise.resolve();
  });
  answerBench({
    submit: (task: SideTask) => timed(task, (index) => boss.send('parked', { name: `parked-${index}` })),
    start: ({ count }: SideTask) =>
      timedStarts(
        count,
        notes.started,
        async () => {
          const name = notes.nextName();
          await boss.send('bench', { name });
          return name;
        },
        (name) => notes.until(name),
      ),
  });
  tellBench({ kind: 'ready' });
})();
