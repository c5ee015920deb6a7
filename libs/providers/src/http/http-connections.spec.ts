import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { listen } from '../test-server.ts';
import { answer, call, openClientFixture, type ClientFixture } from './http-client-fixture.ts';

let fixture: ClientFixture;

beforeEach(async () => {
  fixture = await openClientFixture();
});

afterEach(() => fixture.close());

describe('connections', () => {
  it('are kept for the next call', async () => {
    const sockets = new Set<unknown>();
    fixture.handle = (request, response) => {
      sockets.add(request.socket);
      answer(request, response);
    };
    fixture.open();
    for (let count = 0; count < 5; count += 1) await fixture.client.send(call());
    // The second call may come before undici has noticed the end of the first.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('are never more than allowed; the others wait in order', async () => {
    const held: ServerResponse[] = [];
    const order: string[] = [];
    let arrived = Promise.withResolvers<undefined>();
    fixture.handle = (request, response) => {
      order.push(request.url ?? '');
      held.push(response);
      if (held.length === 2) arrived.resolve(undefined);
    };
    fixture.open({ limits: { connections: 2 } });
    const calls = ['/a', '/b', '/c', '/d'].map((path) => fixture.client.send(call({ path })));
    await arrived.promise;
    expect(fixture.client.active).toBe(2);
    arrived = Promise.withResolvers();
    for (const response of held.splice(0)) response.end('{}');
    await arrived.promise;
    for (const response of held.splice(0)) response.end('{}');
    await Promise.all(calls);
    expect(new Set(order.slice(0, 2))).toEqual(new Set(['/a', '/b']));
    expect(fixture.client.active).toBe(0);
  });

  it('that are all in use refuse a call beyond the waiting room, and one that waits too long, unsent', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    fixture.handle = (_request, response) => arrived.resolve(response);
    fixture.open({ limits: { connections: 1, pending: 1, waitMs: 20 } });
    const first = fixture.client.send(call());
    const response = await arrived.promise;
    const busy = { code: 'RESOURCE_EXHAUSTED', reason: 'PROVIDER_BUSY', outcome: 'not_sent' };
    const waiting = fixture.client.send(call());
    await expect(fixture.client.send(call())).rejects.toMatchObject(busy);
    await expect(waiting).rejects.toMatchObject(busy);
    response.end('{}');
    await first;
  });

  it('that cannot be made are tried again and end unsent', async () => {
    const free = await listen(answer);
    await free.close();
    fixture.open({ baseUrl: `http://${free.host}` });
    const unreachable = { code: 'UNAVAILABLE', reason: 'PROVIDER_UNREACHABLE', outcome: 'not_sent' };
    await expect(fixture.client.send(call())).rejects.toMatchObject({
      ...unreachable,
      metadata: { cause: 'ECONNREFUSED' },
    });
  });

  it('that are not there in time, TLS included, end unsent', async () => {
    const silent = net.createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const baseUrl = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    try {
      const failing = fixture.open({ baseUrl, connectTimeoutMs: 50, repeats: { attempts: 1 } }).send(call());
      await expect(failing).rejects.toMatchObject({
        outcome: 'not_sent',
        reason: 'PROVIDER_UNREACHABLE',
        metadata: { cause: 'UND_ERR_CONNECT_TIMEOUT' },
      });
    } finally {
      silent.close();
    }
  });

  it('go through the proxy where there is one, and never for loopback or an excepted host', async () => {
    const asked: string[] = [];
    const proxy = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (head: Buffer) => {
        const line = head.toString().split('\r\n')[0]!;
        asked.push(line);
        socket.end(
          `HTTP/1.1 ${line.startsWith('CONNECT') ? '502 Bad Gateway' : '200 OK'}\r\ncontent-length: 2\r\n\r\n{}`,
        );
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const rules = { httpProxy: url, httpsProxy: url, noProxy: 'excepted.example' };
    const sendTo = async (baseUrl: string): Promise<number> => {
      await fixture.client.close();
      fixture.open({ baseUrl, proxy: rules, repeats: { attempts: 1 } });
      return (await fixture.client.send(call())).status;
    };
    fixture.open();
    try {
      expect(await sendTo('http://api.example:8080')).toBe(200);
      const refused = { outcome: 'not_sent', reason: 'PROVIDER_UNREACHABLE' };
      await expect(sendTo('https://api.example')).rejects.toMatchObject(refused);
      expect(asked).toEqual(['POST http://api.example:8080/make HTTP/1.1', 'CONNECT api.example:443 HTTP/1.1']);
      expect(await sendTo(fixture.server.url.slice(0, -1))).toBe(200);
      await expect(sendTo('http://excepted.example:1')).rejects.toMatchObject({ outcome: 'not_sent' });
      expect(asked).toHaveLength(2);
    } finally {
      await fixture.client.close();
      proxy.close();
    }
  });
});

describe('time limits', () => {
  it('end the wait for the first byte, and the time for everything', async () => {
    fixture.handle = () => undefined;
    const late = { code: 'DEADLINE_EXCEEDED', reason: 'PROVIDER_TIMEOUT', outcome: 'sent_unknown' };
    await expect(fixture.client.send(call({ timeouts: { firstByteMs: 200 } }))).rejects.toMatchObject({
      ...late,
      metadata: { stage: 'first byte', limitMs: '200' },
    });
    await expect(fixture.client.send(call({ timeouts: { totalMs: 1000 } }))).rejects.toMatchObject({
      ...late,
      metadata: { stage: 'provider request', limitMs: '1000' },
    });
    expect(fixture.client.active).toBe(0);
  });

  it('never exceed the ceiling, whatever is asked for', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const arrived = Promise.withResolvers<undefined>();
      fixture.handle = () => arrived.resolve(undefined);
      fixture.open();
      const failing = fixture.client
        .send(call({ timeouts: { totalMs: 3_600_000 } }))
        .catch((thrown: unknown) => thrown);
      await arrived.promise;
      jest.advanceTimersByTime(180_000);
      expect(await failing).toMatchObject({ reason: 'PROVIDER_TIMEOUT', metadata: { limitMs: '180000' } });
    } finally {
      jest.useRealTimers();
    }
  });

  it('and cancels reach the socket', async () => {
    const gone = Promise.withResolvers<undefined>();
    const abort = new AbortController();
    fixture.handle = (request) => {
      request.socket.once('close', () => gone.resolve(undefined));
      abort.abort();
    };
    await expect(fixture.open().send(call({ signal: abort.signal }))).rejects.toMatchObject({
      code: 'CANCELLED',
      outcome: 'sent_unknown',
    });
    await gone.promise;
  });

  it('that fire before a call cost nothing', async () => {
    const failing = fixture.client.send(call({ signal: AbortSignal.abort() }));
    await expect(failing).rejects.toMatchObject({ code: 'CANCELLED', outcome: 'not_sent' });
  });

  it('do not wait for the words of a refusal that never end', async () => {
    fixture.handle = (_request, response) => {
      response.writeHead(402);
      response.write('not enough');
    };
    const refused = { reason: 'PROVIDER_BALANCE', outcome: 'rejected' };
    await expect(fixture.client.send(call())).rejects.toMatchObject(refused);
  });
});
