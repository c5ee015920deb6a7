import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server of one picture, which may change, on loopback. */
export interface ChangingPicture extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly url: string;
  /** What it answers with from now on. */
  bytes: Buffer;
  /** What it says about keeping it. */
  cacheControl: string;
  /** How often it was sent whole, and how often it was enough to say that it had not changed. */
  readonly sent: { whole: number; unchanged: number };
}

/** Starts it on a free port; its answers have an ETag. */
export async function startChangingPicture(bytes: Buffer): Promise<ChangingPicture> {
  const picture = { bytes, cacheControl: 'no-cache', sent: { whole: 0, unchanged: 0 } };
  const server = createServer((request, response) => {
    const etag = `"${createHash('sha256').update(picture.bytes).digest('hex')}"`;
    const headers = { etag, 'cache-control': picture.cacheControl };
    if (request.headers['if-none-match'] === etag) {
      picture.sent.unchanged += 1;
      response.writeHead(304, headers).end();
    } else {
      picture.sent.whole += 1;
      response.writeHead(200, { ...headers, 'content-type': 'image/jpeg' }).end(picture.bytes);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(picture, {
    host,
    url: `http://${host}/picture`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
