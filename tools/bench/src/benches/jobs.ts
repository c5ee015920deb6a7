import { ensurePostgres } from '@framesong/jobs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { compareEngines } from '../jobs/compare-engines.ts';
import { killToResumed } from '../jobs/kill-to-resumed.ts';
import { manyWatchers } from '../jobs/many-watchers.ts';
import { depthCurve } from '../jobs/queue-depth.ts';
import { replicaCosts } from '../jobs/replica-costs.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';

/** What jobs cost: alone, in a long queue, watched by many, and after a kill. */
export const jobsBench: Bench = {
  name: 'jobs',
  about:
    'submitting and starting jobs, against raw DBOS and pg-boss on the same PostgreSQL, and at 100000 waiting jobs',
  async run(context) {
    await using folder = await makeBenchFolder();
    await using parts = new AsyncDisposableStack();
    const postgres = await ensurePostgres({ dataFolder: join(folder.path, 'data') });
    parts.defer(() => postgres.stop());
    const { url } = postgres;
    return [
      ...(await compareEngines(context, url, folder.path)),
      ...(await depthCurve(context, url)),
      ...(await manyWatchers(context, url)),
      ...(await killToResumed(context, url, folder.path)),
      ...(await replicaCosts(context, url, folder.path)),
    ];
  },
};
