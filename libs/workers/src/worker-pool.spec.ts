import { spawn } from 'node:child_process';
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './index.ts';
import { openTestSocket, type TestSocket } from './test-socket.ts';

const MB = 1024 ** 2;
let pool: WorkerPool;
let socket: TestSocket;

function open(options: Partial<WorkerPoolOptions> = {}): WorkerPool {
  pool = createWorkerPool({
    name: 'test',
    entry: new URL('./worker-fixture.ts', import.meta.url),
    size: 1,
    ...options,
  });
  return pool;
}

const task = (label: string): { socketPath: string; label: string } => ({ socketPath: socket.socketPath, label });

beforeEach(async () => {
  socket = await openTestSocket();
});

afterEach(async () => {
  await pool.close();
  socket.close();
});

describe('a task', () => {
  it('runs in another process and gives its value back with waiting told apart from work', async () => {
    const { value, waitMs, runMs, cpuMs } = await open().run<number>('pid', undefined);
    expect(value).not.toBe(process.pid);
    expect(waitMs).toBeGreaterThan(0);
    expect(runMs).toBeGreaterThan(0);
    expect(cpuMs).toBeGreaterThan(0);
  });

  it('takes and returns structured data: buffers, typed arrays, maps', async () => {
    const payload = { bytes: Buffer.alloc(3 * MB, 7), samples: Float32Array.of(0.5, -1), names: new Map([['a', 1n]]) };
    const { value } = await open().run<typeof payload>('echo', payload);
    expect(Buffer.isBuffer(value.bytes)).toBe(true);
    expect(value.bytes.equals(payload.bytes)).toBe(true);
    expect([...value.samples]).toEqual([0.5, -1]);
    expect([...value.names]).toEqual([['a', 1n]]);
  });

  it('tells its progress in order and in the async context of the caller', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    await context.run('trace 1', () =>
      open().run('count', 3, { onProgress: (event) => seen.push([event, context.getStore()]) }),
    );
    expect(seen).toEqual([1, 2, 3].map((done) => [{ done }, 'trace 1']));
  });

  it('fails with what a progress listener throws, and the next task works', async () => {
    const onProgress = (): void => {
      throw new RangeError('listener');
    };
    await expect(open().run('count', 3, { onProgress })).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(pool.run('echo', 1)).resolves.toMatchObject({ value: 1 });
  });

  it('fails with its own error, details included, and keeps its process', async () => {
    const before = await open().run<number>('pid', undefined);
    await expect(pool.run('fail', undefined)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'PIXELS',
      message: 'too many pixels',
      metadata: { limit: '50' },
    });
    await expect(pool.run('pid', undefined)).resolves.toMatchObject({ value: before.value });
  });

  it('hides an unknown error from the caller and keeps its stack for the log', async () => {
    const error = await open()
      .run('failUnknown', undefined)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL' });
    expect((error as Error).message).not.toContain('hunter2');
    expect((error as Error).cause).toContain('TypeError: password=hunter2');
  });

  it.each([
    ['the payload', 'echo', () => 1],
    ['the result', 'returnFunction', undefined],
    ['the name of the task', 'noSuchTask', undefined],
  ])('fails when %s is impossible, and the next one works', async (_what, name, payload) => {
    await expect(open().run(name, payload)).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(pool.run('echo', 1)).resolves.toMatchObject({ value: 1 });
  });

  it('sees nothing of the environment of the service and stands back behind it', async () => {
    process.env['FRAMESONG_TEST_SECRET'] = 'hunter2';
    const { value } = await open({ env: { TZ: 'UTC' }, niceness: 7 }).run<{
      env: Record<string, string>;
      niceness: number;
    }>('surroundings', undefined);
    delete process.env['FRAMESONG_TEST_SECRET'];
    expect(value.env).toMatchObject({ TZ: 'UTC', MALLOC_ARENA_MAX: '2' });
    expect(Object.keys(value.env)).not.toEqual(expect.arrayContaining(['FRAMESONG_TEST_SECRET']));
    expect(Object.keys(value.env)).not.toEqual(expect.arrayContaining(['HOME']));
    expect(value.niceness).toBe(7);
  });
});

describe('the queue', () => {
  it('runs as many tasks at once as there are processes, the rest in the order of the calls', async () => {
    open({ size: 2 });
    const runs = ['a', 'b', 'c', 'd', 'e'].map((label) => pool.run('hold', task(label)));
    const [a, b] = [await socket.next(), await socket.next()];
    expect(new Set([a.label, b.label])).toEqual(new Set(['a', 'b']));
    expect(pool.stats()).toEqual({ size: 2, active: 2, pending: 3 });
    a.goOn();
    const c = await socket.next();
    c.goOn();
    const d = await socket.next();
    b.goOn();
    const e = await socket.next();
    expect([c.label, d.label, e.label]).toEqual(['c', 'd', 'e']);
    d.goOn();
    e.goOn();
    const results = await Promise.all(runs);
    expect(results.map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(pool.stats()).toEqual({ size: 2, active: 0, pending: 0 });
  });

  it('refuses a task when it is full and computes the delay from recent run times', async () => {
    open({ queueLimit: 2 });
    const running = pool.run('hold', task('running'));
    const held = await socket.next();
    const queued = [pool.run('echo', 1), pool.run('echo', 2)];
    await expect(pool.run('echo', 3)).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'POOL_BUSY',
      // Nothing has ended yet: three tasks of a first guess of one second.
      retryAfterMs: 3000,
    });
    held.goOn();
    await Promise.all([running, ...queued]);
    await expect(pool.run('echo', 4)).resolves.toMatchObject({ value: 4 });
  });

  it('without places to wait takes as many tasks as there are processes', async () => {
    open({ queueLimit: 0 });
    const running = pool.run('hold', task('running'));
    const held = await socket.next();
    await expect(pool.run('echo', 1)).rejects.toMatchObject({ reason: 'POOL_BUSY' });
    held.goOn();
    await running;
  });

  it('does not run tasks together that are too heavy together, and runs one alone that is too heavy by itself', async () => {
    open({ size: 2, weightLimitBytes: 100 });
    const first = pool.run('hold', task('first'), { weightBytes: 60 });
    const second = pool.run('hold', task('second'), { weightBytes: 500 });
    const third = pool.run('hold', task('third'), { weightBytes: 60 });
    for (const label of ['first', 'second', 'third']) {
      const held = await socket.next();
      expect([held.label, pool.stats().active]).toEqual([label, 1]);
      held.goOn();
    }
    await Promise.all([first, second, third]);
  });
});

describe('an abort', () => {
  it('kills work that does not listen, and the next task gets a fresh process', async () => {
    const before = await open().run<number>('pid', undefined);
    const abort = new AbortController();
    const run = pool.run('spin', task('spinning'), { signal: abort.signal });
    const spinning = await socket.next();
    abort.abort(new DOMException('', 'TimeoutError'));
    await expect(run).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await spinning.gone;
    const after = await pool.run<number>('pid', undefined);
    expect(after.value).not.toBe(before.value);
  });

  it('leaves the process alive when the task ends by itself', async () => {
    const before = await open().run<number>('pid', undefined);
    const abort = new AbortController();
    const run = pool.run('obey', task('obeying'), { signal: abort.signal });
    const obeying = await socket.next();
    abort.abort();
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    await obeying.gone;
    await expect(pool.run('pid', undefined)).resolves.toMatchObject({ value: before.value });
  });

  it('takes a waiting task out of the queue', async () => {
    open();
    const running = pool.run('hold', task('running'));
    const held = await socket.next();
    const abort = new AbortController();
    const waiting = pool.run('hold', task('never'), { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(pool.stats()).toEqual({ size: 1, active: 1, pending: 0 });
    held.goOn();
    await running;
    await pool.run('echo', 1);
    expect(socket.labels).toEqual(['running']);
  });

  it('that came before the call starts nothing', async () => {
    const run = open().run('hold', task('never'), { signal: AbortSignal.abort() });
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(pool.stats().active + pool.stats().pending).toBe(0);
  });
});

describe('a process', () => {
  it('that crashes under a task costs it one repeat', async () => {
    await expect(open().run('crashOnce', socket.markerPath)).resolves.toMatchObject({ value: 'second time' });
  });

  it('that crashes is not repeated when the task forbids it', async () => {
    await expect(open().run('crashOnce', socket.markerPath, { retryOnCrash: false })).rejects.toMatchObject({
      code: 'INTERNAL',
      reason: 'WORKER_CRASHED',
    });
    await expect(pool.run('crashOnce', socket.markerPath)).resolves.toMatchObject({ value: 'second time' });
  });

  it('that crashes twice fails the task with the cause for the log, and the next one works', async () => {
    const error = await open()
      .run('crash', undefined)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INTERNAL', reason: 'WORKER_CRASHED' });
    expect((error as Error).cause).toContain('SIGKILL');
    await expect(pool.run('echo', 1)).resolves.toMatchObject({ value: 1 });
  });

  it('is replaced after its number of tasks', async () => {
    open({ maxTasksPerWorker: 2 });
    const pids: number[] = [];
    for (let call = 0; call < 4; call += 1) pids.push((await pool.run<number>('pid', undefined)).value);
    expect(pids[1]).toBe(pids[0]);
    expect(pids[2]).not.toBe(pids[1]);
    expect(pids[3]).toBe(pids[2]);
  });

  it('is replaced when it holds too much memory after a task', async () => {
    open({ memoryCapBytes: 300 * MB });
    const before = await pool.run<number>('keepMemory', MB);
    const same = await pool.run<number>('keepMemory', 400 * MB);
    const after = await pool.run<number>('keepMemory', MB);
    expect(same.value).toBe(before.value);
    expect(after.value).not.toBe(before.value);
  });

  it('that cannot be started fails the task with the reason for the log', async () => {
    open({ entry: '/no/such/worker.ts' });
    const error = await pool.run('echo', 1).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INTERNAL', reason: 'WORKER_START_FAILED' });
    expect((error as Error).cause).toContain('exit code 1; stderr:');
  });
});

describe('the end', () => {
  it('close kills every process; running, waiting and later tasks are refused as retryable', async () => {
    open();
    const running = pool.run('spin', task('spinning'));
    const spinning = await socket.next();
    const waiting = pool.run('echo', 1);
    const refused = { code: 'UNAVAILABLE', reason: 'POOL_CLOSED' };
    const ends = Promise.all([
      expect(running).rejects.toMatchObject(refused),
      expect(waiting).rejects.toMatchObject(refused),
    ]);
    await pool.close();
    await spinning.gone;
    await ends;
    await expect(pool.run('echo', 1)).rejects.toMatchObject(refused);
  });

  it('leaves no process behind when the service is killed', async () => {
    open();
    const owner = spawn(process.execPath, [
      fileURLToPath(new URL('./pool-owner-fixture.ts', import.meta.url)),
      socket.socketPath,
    ]);
    const tasks = [await socket.next(), await socket.next()];
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await Promise.all(tasks.map(({ gone }) => gone));
    expect(new Set(socket.labels)).toEqual(new Set(['held', 'spinning']));
  });
});
