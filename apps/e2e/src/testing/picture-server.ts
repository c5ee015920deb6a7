import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server of reference pictures on loopback. */
export interface PictureServer extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** `http://127.0.0.1:port` and a path. */
  url(path: string): string;
  /** Requests under `/held/` that are waiting for {@link release} and whose client is still there. */
  readonly held: number;
  /** Resolves when as many requests are held. */
  untilHeld(count: number): Promise<void>;
  /** Answers all held requests, and from now on at once. */
  release(): void;
  /** Holds again. */
  hold(): void;
}

/**
 * Answers `/picture` with `picture`, `/to?<url>` with a redirect there, and `/held/...` with the picture once released.
 */
export async function startPictureServer(picture: Buffer): Promise<PictureServer> {
  const held = new Set<ServerResponse>();
  const listeners = new Set<() => void>();
  let holding = true;
  const changed = () => [...listeners].forEach((look) => look());
  const send = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture);
  const server = createServer((request, response) => {
    const [path, query = ''] = request.url!.split('?');
    if (path === '/to') response.writeHead(302, { location: decodeURIComponent(query) }).end();
    else if (path?.startsWith('/held/') && holding) {
      held.add(response);
      response.once('close', () => {
        held.delete(response);
        changed();
      });
      changed();
    } else if (path === '/missing') response.writeHead(404).end();
    else send(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: (path) => `http://${host}${path}`,
    get held() {
      return held.size;
    },
    untilHeld: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (held.size !== count) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    release() {
      holding = false;
      for (const response of held) send(response);
      held.clear();
    },
    hold() {
      holding = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
