import { migration0001 } from './0001-jobs.ts';

/** All migrations in order. Forward only: what was released is never edited, a change is a new one at the end. */
export const MIGRATIONS: readonly string[] = [migration0001];
