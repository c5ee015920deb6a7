import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A place on this machine that behaves badly. */
export interface StallingServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Connections that are open, or wait to be accepted. */
  readonly sockets: ReadonlySet<Socket>;
}

/** Listens, accepts into the hands of `onSocket`, and reads nothing by itself. */
export async function listenRaw(onSocket: (socket: Socket) => void): Promise<StallingServer> {
  const sockets = new Set<Socket>();
  const server = net.createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** How many connections the system takes by itself for a server that accepts none. */
const BACKLOG = 1;

/**
 * Listens in a thread that never comes to accept, with the waiting room of the system filled: whoever connects now hears
 * nothing at all, as behind a firewall that drops.
 */
export async function listenDeaf(): Promise<StallingServer> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: ${BACKLOG} }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const [port] = (await once(worker, 'message')) as [number];
  const sockets = new Set<Socket>();
  // The first one that hears nothing shows that the room is full.
  for (let isFull = false; !isFull;) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.add(socket);
    isFull = await Promise.race([
      once(socket, 'connect').then(() => false),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 300)),
    ]);
  }
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    sockets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await worker.terminate();
    },
  };
}
