import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on a free port of this machine. */
export interface TestServer {
  readonly server: http.Server;
  readonly port: number;
  /** `127.0.0.1:port` */
  readonly host: string;
  /** With a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

export async function listen(handle: http.RequestListener, address = '127.0.0.1'): Promise<TestServer> {
  const server = http.createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    server,
    port,
    host,
    url: `http://${host}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
