import { existsSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { FramesongError } from '@framesong/errors';
import { serveWorker, type WorkerTaskContext } from './serve-worker.ts';

// The worker file of the tests. A task that is to be watched connects to the test's socket first: the end of its process
// is the end of that connection, and what the test writes to it tells the task to go on.

const kept: Buffer[] = [];

function connect(socketPath: string): Promise<net.Socket> {
  const socket = net.connect(socketPath);
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('connect', () => resolve(socket)));
}

function crash(): void {
  process.kill(process.pid, 'SIGKILL');
}

serveWorker({
  echo: (payload: unknown) => payload,
  pid: () => process.pid,
  // eslint-disable-next-line no-restricted-properties -- the test asks what the process was given
  surroundings: () => ({ env: process.env, niceness: os.getPriority() }),
  keepMemory: (sizeBytes: number) => {
    kept.push(Buffer.alloc(sizeBytes, 1));
    return process.pid;
  },
  count: (to: number, { progress }: WorkerTaskContext) => {
    for (let done = 1; done <= to; done += 1) progress({ done });
    return to;
  },
  fail: () => {
    throw new FramesongError('too many pixels', {
      code: 'INVALID_ARGUMENT',
      reason: 'PIXELS',
      metadata: { limit: '50' },
    });
  },
  failUnknown: () => {
    throw new TypeError('password=hunter2');
  },
  returnFunction: () => () => undefined,
  crash,
  crashOnce: (markerPath: string) => {
    if (!existsSync(markerPath)) {
      writeFileSync(markerPath, '');
      crash();
    }
    return 'second time';
  },
  /** Runs until the test writes to the connection. */
  hold: async ({ socketPath, label }: { socketPath: string; label: string }) => {
    const socket = await connect(socketPath);
    socket.write(label);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.end();
    return label;
  },
  /** Never yields again, like native work that cannot be aborted. */
  spin: async ({ socketPath, label }: { socketPath: string; label: string }) => {
    const socket = await connect(socketPath);
    await new Promise<void>((resolve) => socket.write(label, () => resolve()));
    for (;;);
  },
  /** Never yields either, but tells of its progress. */
  spinWithProgress: async (
    { socketPath, label }: { socketPath: string; label: string },
    context: WorkerTaskContext,
  ) => {
    const socket = await connect(socketPath);
    await new Promise<void>((resolve) => socket.write(label, () => resolve()));
    for (;;) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      context.progress({ label });
    }
  },
  /** Ends by itself when it is told to stop. */
  obey: async ({ socketPath, label }: { socketPath: string; label: string }, { signal }: WorkerTaskContext) => {
    const socket = await connect(socketPath);
    socket.write(label);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    socket.end();
  },
});
