import { migration0001 } from './0001-jobs.ts';
import { migration0002 } from './0002-batches.ts';
import { migration0003 } from './0003-durations.ts';
import { migration0004 } from './0004-failover.ts';
import { migration0005 } from './0005-reuse.ts';
import { migration0006 } from './0006-shared-failures.ts';
import { migration0007 } from './0007-notes.ts';
import { migration0008 } from './0008-orders.ts';
import { migration0009 } from './0009-gates.ts';

/** All migrations in order. Forward only: what was released is never edited, a change is a new one at the end. */
export const MIGRATIONS: readonly string[] = [
  migration0001,
  migration0002,
  migration0003,
  migration0004,
  migration0005,
  migration0006,
  migration0007,
  migration0008,
  migration0009,
];
