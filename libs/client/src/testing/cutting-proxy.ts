import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire between client and service that breaks. */
export interface CuttingProxy extends AsyncDisposable {
  readonly address: string;
  /** How many connections were made. */
  readonly connections: number;
}

/**
 * Passes bytes on, and cuts each of the first connections after so many bytes in one direction.
 * @param limits `up` counts what the client sends, `down` what the service sends; a connection without limits stays
 */
export async function startCuttingProxy(
  target: string,
  limits: readonly { readonly up?: number; readonly down?: number }[],
): Promise<CuttingProxy> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const { up = Infinity, down = Infinity } = limits[connections++] ?? {};
    const far = connect(Number(target.slice(target.lastIndexOf(':') + 1)), '127.0.0.1');
    const cut = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', cut).on('close', cut);
    }
    pass(near, far, up, cut);
    pass(far, near, down, cut);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(from: Socket, to: Socket, limit: number, cut: () => void): void {
  let passed = 0;
  from.on('data', (bytes: Buffer) => {
    passed += bytes.length;
    to.write(bytes);
    if (passed >= limit) cut();
  });
}
