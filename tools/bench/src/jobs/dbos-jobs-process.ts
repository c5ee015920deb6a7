import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import { randomUUID } from 'node:crypto';
import { answerBench, tellBench } from '../processes/answering.ts';
import { createStartNotes, timed, timedStarts, type SideTask } from './engine-side.ts';

// Raw DBOS: a durable queue without tenants, events, labels or limits of waiting.
const databaseUrl = process.env['BENCH_DATABASE_URL'] ?? '';
const schema = 'bench_dbos';
const notes = createStartNotes();
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

void (async () => {
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: databaseUrl, systemDatabaseSchemaName: schema, executorID: 'bench-0', applicationVersion: 'v1', useListenNotify: false, tracingEnabled: false, enableOTLP: false, logger }); // prettier-ignore
  const run = (name: string): Promise<void> => {
    notes.note(name);
    return Promise.resolve();
  };
  DBOS.registerWorkflow(run, { name: 'bench' });
  await DBOS.launch();
  await DBOS.registerQueue('bench', { globalConcurrency: 4, minPollingIntervalMs: 50 });
  const client = await DBOSClient.create({ systemDatabaseUrl: databaseUrl, systemDatabaseSchemaName: schema, applicationName: 'bench', logger }); // prettier-ignore
  // It finds its queues once a second.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const submit = (queueName: string, name: string) =>
    client.enqueue({ workflowName: 'bench', workflowID: randomUUID(), queueName }, name);
  answerBench({
    submit: (task: SideTask) => timed(task, (index) => submit('parked', `parked-${index}`)),
    start: ({ count }: SideTask) =>
      timedStarts(
        count,
        notes.started,
        async () => {
          const name = notes.nextName();
          await submit('bench', name);
          return name;
        },
        (name) => notes.until(name),
      ),
  });
  tellBench({ kind: 'ready' });
})();
