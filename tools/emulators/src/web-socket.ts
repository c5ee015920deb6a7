import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EmulatedSocket } from './emulated-provider.ts';

/** RFC 6455 4.2.2. */
const HANDSHAKE_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const MASK_BYTES = 4;

/** Answers an upgrade and gives the server's side of the socket; RFC 6455 without fragments and extensions. */
export function acceptWebSocket(request: IncomingMessage, stream: Duplex): EmulatedSocket {
  const key = request.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1').update(`${key}${HANDSHAKE_GUID}`).digest('base64');
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  stream.write([...head, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'));
  const textListeners: ((text: string) => void)[] = [];
  let received: Buffer = Buffer.alloc(0);

  function send(opcode: number, payload: Buffer): void {
    if (!stream.destroyed && stream.writable) stream.write(frameOf(opcode, payload));
  }

  stream.on('error', () => undefined);
  // A client whose process has ended says no word of closing, and servers leave their half open.
  stream.on('end', () => stream.end());
  stream.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (let frame = firstFrame(received); frame; frame = firstFrame(received)) {
      received = received.subarray(frame.sizeBytes);
      if (frame.opcode === OPCODE.text) for (const listener of textListeners) listener(frame.payload.toString('utf8'));
      if (frame.opcode === OPCODE.ping) send(OPCODE.pong, frame.payload);
      if (frame.opcode === OPCODE.close) {
        send(OPCODE.close, frame.payload);
        stream.end();
      }
    }
  });

  return {
    sendText: (text) => send(OPCODE.text, Buffer.from(text)),
    sendBytes: (bytes) => send(OPCODE.binary, bytes),
    close() {
      send(OPCODE.close, Buffer.from([0x03, 0xe8]));
      stream.end();
    },
    cut: () => void stream.destroy(),
    onText: (listener) => void textListeners.push(listener),
    onClose: (listener) => void stream.once('close', listener),
  };
}

/** The same socket, which breaks instead of sending its n-th message. */
export function breakingAt(socket: EmulatedSocket, message: number): EmulatedSocket {
  let sent = 0;
  const orCut = (send: () => void): void => {
    sent += 1;
    if (sent < message) send();
    else socket.cut();
  };
  return {
    ...socket,
    sendText: (text) => orCut(() => socket.sendText(text)),
    sendBytes: (bytes) => orCut(() => socket.sendBytes(bytes)),
  };
}

function frameOf(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = 0x80 | opcode;
  if (length < 126) {
    header[1] = length;
  } else if (length < 65_536) {
    header[1] = 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}

/** The first complete frame of a client, unmasked; undefined while it is incomplete. */
function firstFrame(
  bytes: Buffer,
): { readonly opcode: number; readonly payload: Buffer; readonly sizeBytes: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskAt = 2 + lengthBytes;
  if (bytes.length < maskAt + MASK_BYTES) return undefined;
  const length =
    lengthBytes === 0 ? short : bytes.readUIntBE(maskAt - Math.min(lengthBytes, 6), Math.min(lengthBytes, 6));
  const from = maskAt + MASK_BYTES;
  if (bytes.length < from + length) return undefined;
  const payload = Buffer.from(bytes.subarray(from, from + length));
  for (let at = 0; at < length; at += 1) payload[at]! ^= bytes[maskAt + (at % MASK_BYTES)]!;
  return { opcode: bytes[0]! & 0x0f, payload, sizeBytes: from + length };
}
