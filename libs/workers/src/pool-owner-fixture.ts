import { createWorkerPool } from './worker-pool.ts';

// A process that owns a pool and is killed by the test while two workers are at work and one is idle.
const socketPath = process.argv[2]!;
const pool = createWorkerPool({ name: 'owned', entry: new URL('./worker-fixture.ts', import.meta.url), size: 3 });
void pool.run('hold', { socketPath, label: 'held' });
void pool.run('spinWithProgress', { socketPath, label: 'spinning' });
