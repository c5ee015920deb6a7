import { connectDatabase, type Query } from '../database.ts';
import { engineSchema } from '../engine/dbos.ts';

/** What is recorded of the jobs of a service, for programs that judge it from outside. */
export interface JobInspection extends AsyncDisposable {
  /** Reads tables of the service: `job`, `job_event`, `job_step`, and `<engine>.workflow_status` of the engine. */
  readonly query: Query;
  /** Name of the schema of the engine's own tables. */
  readonly engine: string;
}

/** Connects to the tables of a service's jobs; nothing is changed by it. */
export function inspectJobs(databaseUrl: string, service: string): JobInspection {
  const database = connectDatabase({ url: databaseUrl, schema: `framesong_${service}`, maxConnections: 2 });
  return {
    query: database.query,
    engine: engineSchema(service),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
