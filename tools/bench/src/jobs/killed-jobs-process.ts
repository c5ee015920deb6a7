import { defineJob, openJobs } from '@framesong/jobs';
import { configureLog } from '@framesong/telemetry';
import { tellBench } from '../processes/answering.ts';

// A worker whose jobs end when they are begun for the second time: the first time somebody kills it.
configureLog('silent');
const { BENCH_DATABASE_URL: databaseUrl = '', BENCH_EXECUTOR_ID: executorId = '' } = process.env;

void (async () => {
  await openJobs({
    service: 'killed',
    databaseUrl,
    executorId,
    role: 'worker',
    definitions: [
      defineJob({
        kind: 'killed.v1',
        idPrefix: 'killed',
        queue: 'killed',
        async run(job) {
          job.progress({ stage: 'work', percent: 1, provenance: 'by_stage' });
          if (job.attempt === 1) await new Promise(() => undefined);
          return null;
        },
      }),
    ],
    queues: { killed: { concurrency: 1 } },
  });
  tellBench({ kind: 'ready' });
})();
