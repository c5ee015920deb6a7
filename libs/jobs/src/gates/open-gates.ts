import { connectDatabase } from '../database.ts';
import { migrate } from '../migrate.ts';
import { createSharedBreaker, type SharedBreakerRules } from './shared-breaker.ts';
import { createSharedMeter } from './shared-meter.ts';

/** Breakers and rates that all processes of a service have in common, by name. */
export interface Gates extends AsyncDisposable {
  breaker(name: string, rules: SharedBreakerRules): ReturnType<typeof createSharedBreaker>;
  meter(name: string): ReturnType<typeof createSharedMeter>;
}

/** They are asked before and after what takes seconds, and idle connections are closed. */
const CONNECTIONS = 2;

/**
 * Opens the gates of a service, beside its jobs and before them: what a job orders has to pass them.
 * @throws FAILED_PRECONDITION (database too new), UNAVAILABLE (no database).
 */
export async function openGates(options: { readonly service: string; readonly databaseUrl: string }): Promise<Gates> {
  const schema = `framesong_${options.service}`;
  const database = connectDatabase({ url: options.databaseUrl, schema, maxConnections: CONNECTIONS });
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    breaker: (name, rules) => createSharedBreaker(database, name, rules),
    meter: (name) => createSharedMeter(database, name),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
