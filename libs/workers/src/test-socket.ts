import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** A worker task that has connected to the test. */
export interface ConnectedTask {
  readonly label: string;
  /** Resolves when the task has ended or its process is gone. */
  readonly gone: Promise<void>;
  /** Lets a `hold` task end. */
  goOn(): void;
}

/** A socket that worker tasks connect to, so that tests wait for real events of other processes. */
export interface TestSocket {
  readonly socketPath: string;
  /** A file name that nothing stands under yet. */
  readonly markerPath: string;
  /** Labels in the order in which the tasks connected. */
  readonly labels: readonly string[];
  /** The next task that connects, in order. */
  next(): Promise<ConnectedTask>;
  close(): void;
}

export async function openTestSocket(): Promise<TestSocket> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'framesong-workers-'));
  const socketPath = path.join(folder, 'socket');
  const labels: string[] = [];
  const arrived: ConnectedTask[] = [];
  const waiting: ((task: ConnectedTask) => void)[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      const task = { label: data.toString(), gone, goOn: () => void socket.write('go on') };
      labels.push(task.label);
      const waiter = waiting.shift();
      if (waiter) waiter(task);
      else arrived.push(task);
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socketPath,
    markerPath: path.join(folder, 'marker'),
    labels,
    next: () => {
      const task = arrived.shift();
      return task ? Promise.resolve(task) : new Promise((resolve) => waiting.push(resolve));
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
