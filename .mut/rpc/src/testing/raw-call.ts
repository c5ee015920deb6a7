import { connect, type IncomingHttpHeaders } from 'node:http2';

/** Makes a call in plain HTTP/2, to send what no client would. Resolves with response headers and trailers together. */
export function rawCall(
  address: string,
  path: string,
  options: { headers?: Readonly<Record<string, string>>; body?: Buffer; halfClose?: boolean } = {},
): Promise<IncomingHttpHeaders> {
  const session = connect(`http://${address}`);
  return new Promise<IncomingHttpHeaders>((resolve, reject) => {
    const received: IncomingHttpHeaders = {};
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...options.headers,
    });
    session.on('error', reject);
    stream.on('error', reject);
    stream.on('response', (headers) => void Object.assign(received, headers));
    stream.on('trailers', (headers) => void Object.assign(received, headers));
    stream.on('end', () => resolve(received));
    stream.resume();
    if (options.body) stream.write(options.body);
    if (options.halfClose ?? true) stream.end();
  }).finally(() => session.destroy());
}

/** A message with the prefix that gRPC puts before it. */
export function framed(message: Buffer, compressed = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(compressed, 0);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
