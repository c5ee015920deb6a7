import type { EmulatedProvider, EmulatedSocket } from './emulated-provider.ts';
import { startEmulator, type Emulator } from './emulator.ts';

let emulator: Emulator;
let opened: PromiseWithResolvers<EmulatedSocket>;

const provider: EmulatedProvider = {
  name: 'sockets',
  routes: () => [],
  refusal: () => ({}),
  errorInside200: () => ({}),
  onSocket: (socket) => opened.resolve(socket),
};

beforeEach(async () => {
  opened = Promise.withResolvers();
  emulator = await startEmulator(provider);
});

afterEach(() => emulator.close());

function connect(): WebSocket {
  const client = new WebSocket(`${emulator.url.replace('http', 'ws')}/ws?clientId=1`);
  client.binaryType = 'arraybuffer';
  return client;
}

function nextMessage(client: WebSocket): Promise<unknown> {
  return new Promise((resolve) => client.addEventListener('message', ({ data }) => resolve(data), { once: true }));
}

describe('the WebSocket of an emulator', () => {
  it.each([5, 200, 70_000])('carries %d characters both ways, and bytes', async (length) => {
    const client = connect();
    const socket = await opened.promise;
    const heard = new Promise<string>((resolve) => socket.onText(resolve));
    const told = nextMessage(client);
    socket.sendText('a'.repeat(length));
    expect(await told).toBe('a'.repeat(length));
    client.send('b'.repeat(length));
    expect(await heard).toBe('b'.repeat(length));
    const bytes = nextMessage(client);
    socket.sendBytes(Buffer.alloc(length, 7));
    expect(Buffer.from((await bytes) as ArrayBuffer).equals(Buffer.alloc(length, 7))).toBe(true);
    const closed = new Promise<void>((resolve) => socket.onClose(resolve));
    client.close();
    await closed;
  });

  it('gets lost in the middle when the script says so', async () => {
    emulator.faults.replace([{ kind: 'socket_lost', on: 'socket' }]);
    const client = connect();
    const closed = new Promise<number>((resolve) => client.addEventListener('close', ({ code }) => resolve(code)));
    const messages: unknown[] = [];
    client.addEventListener('message', ({ data }) => messages.push(data));
    const socket = await opened.promise;
    for (const text of ['one', 'two', 'three']) socket.sendText(text);
    expect(await closed).toBe(1006);
    expect(messages).toEqual(['one', 'two']);
  });

  it('is refused when the script says so', async () => {
    emulator.faults.replace([{ kind: 'reset_connection', on: 'socket' }]);
    const client = connect();
    const failed = new Promise<void>((resolve) => client.addEventListener('error', () => resolve()));
    await failed;
    expect(client.readyState).toBe(WebSocket.CLOSED);
  });
});
