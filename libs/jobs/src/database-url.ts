import { ensurePostgres } from './postgres/ensure-postgres.ts';

/**
 * The PostgreSQL to use: the one that is set, else the embedded one of the data folder, which is stopped with `owner` when
 * this call started it.
 */
export async function databaseUrlFor(
  settings: { readonly databaseUrl: string | undefined },
  dataFolder: string,
  owner: AsyncDisposableStack,
): Promise<string> {
  if (settings.databaseUrl !== undefined) return settings.databaseUrl;
  const postgres = await ensurePostgres({ dataFolder });
  if (postgres.startedByUs) owner.defer(() => postgres.stop());
  return postgres.url;
}
