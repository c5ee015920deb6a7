import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A wire to a server that breaks once, when so many bytes have gone to the server. */
export interface CuttingProxy extends AsyncDisposable {
  readonly address: string;
  readonly connections: number;
  readonly sentBytes: number;
}

/** Starts it on a free port. `target` is `host:port`. */
export async function startCuttingProxy(target: string, cutAfterBytes: number): Promise<CuttingProxy> {
  const [host = '', port] = target.split(':');
  const sockets = new Set<Socket>();
  let connections = 0;
  let sentBytes = 0;
  let cut = false;
  const server: Server = createServer((client) => {
    connections++;
    const upstream = connect(Number(port), host);
    let isCut = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    upstream.on('close', () => client.destroy());
    client.on('close', () => {
      // What has been written still arrives.
      if (isCut) upstream.end();
      else upstream.destroy();
    });
    upstream.pipe(client);
    client.on('data', (bytes) => {
      sentBytes += bytes.length;
      upstream.write(bytes);
      if (cut || sentBytes < cutAfterBytes) return;
      cut = isCut = true;
      client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get connections() {
      return connections;
    },
    get sentBytes() {
      return sentBytes;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
