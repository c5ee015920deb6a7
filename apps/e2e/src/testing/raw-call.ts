import { connect, type IncomingHttpHeaders } from 'node:http2';

/** Makes a unary call in plain HTTP/2, to send what no client would. Resolves with response headers and trailers together. */
export function rawCall(
  address: string,
  path: string,
  message: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingHttpHeaders> {
  const session = connect(`http://${address}`);
  return new Promise<IncomingHttpHeaders>((resolve, reject) => {
    const received: IncomingHttpHeaders = {};
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    session.on('error', reject);
    stream.on('error', reject);
    stream.on('response', (got) => void Object.assign(received, got));
    stream.on('trailers', (got) => void Object.assign(received, got));
    stream.on('end', () => resolve(received));
    stream.resume();
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([prefix, message]));
  }).finally(() => session.destroy());
}
