import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '@framesong/config';
import { providerHttpSettings } from '../http/settings.ts';
import { listenDeaf } from '../http/stalling-server-fixture.ts';
import { listen } from '../test-server.ts';
import { variablePrefix } from './engine-settings.ts';
import type { HttpMusicEngine } from './music-adapter.ts';
import { createMusicEngines, MUSIC_ENGINES, musicEngineSettings } from './registry.ts';

const NAME = 'songgeneration-http';
const idle = new AbortController().signal;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framesong-connections-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The engine as a service opens it: from variables. */
function engineOf(baseUrl: string, variables: Readonly<Record<string, string>>): HttpMusicEngine {
  const named = Object.entries(variables).map(([name, value]) => [`${variablePrefix(NAME)}${name}`, value] as const);
  const env = { [`${variablePrefix(NAME)}BASE_URL`]: baseUrl, ...Object.fromEntries(named) };
  const { http } = loadSettings({ http: providerHttpSettings }, { env });
  const [engine] = createMusicEngines(loadSettings(musicEngineSettings, { env }), http);
  return engine!;
}

/** A server that is free and ready, and does with an order what it is told. */
async function withEngine(
  variables: Readonly<Record<string, string>>,
  onOrder: (request: IncomingMessage, response: ServerResponse) => void,
  use: (engine: HttpMusicEngine, seen: readonly IncomingMessage[]) => Promise<void>,
): Promise<void> {
  const seen: IncomingMessage[] = [];
  const server = await listen((request, response) => {
    seen.push(request);
    if (request.method === 'POST') onOrder(request, response);
    else response.end('{"status": "healthy", "genres": []}');
  });
  // Nothing but what the client does ends a connection, however long this process is busy.
  server.server.keepAliveTimeout = 0;
  const engine = engineOf(server.url.slice(0, -1), variables);
  try {
    await use(engine, seen);
  } finally {
    await engine.close();
    await server.close();
  }
}

const render = (engine: HttpMusicEngine, line = 'la') =>
  engine.render(
    {
      renderId: 'song',
      style: 'pop',
      bpm: 120,
      key: 'C major',
      seed: 1,
      sections: [{ tag: 'verse', lines: [line], durationSeconds: 10 }],
      tailSeconds: 0,
      path: join(folder, 'song'),
    },
    { signal: idle, saveTaskId: () => Promise.resolve() },
  );
const late = (stage: string, limitMs: string) => ({ reason: 'PROVIDER_TIMEOUT', metadata: { stage, limitMs } });

describe('the connections to every music engine', () => {
  it.each(MUSIC_ENGINES.map(({ name }) => name))('have these limits where nothing is set: %s', (name) => {
    expect(loadSettings(musicEngineSettings, { env: {} })[name]).toMatchObject({
      connectTimeoutMs: 30_000,
      readTimeoutMs: 900_000,
      totalTimeoutMs: 900_000,
      writeTimeoutMs: 30_000,
      poolTimeoutMs: 10_000,
      connections: 2,
      keptConnections: 1,
      keepAliveMs: 30_000,
    });
  });
});

describe('a limit that is set reaches the wire', () => {
  it.concurrent('for connecting', async () => {
    await using deaf = await listenDeaf();
    const engine = engineOf(deaf.baseUrl, { CONNECT_TIMEOUT: '100ms' });
    await expect(engine.check(idle)).rejects.toMatchObject({
      reason: 'PROVIDER_UNREACHABLE',
      metadata: { cause: 'UND_ERR_CONNECT_TIMEOUT' },
    });
    await engine.close();
  });

  it.concurrent('for writing', () =>
    withEngine(
      { WRITE_TIMEOUT: '100ms' },
      () => undefined,
      async (engine) => {
        const failing = render(engine, 'a'.repeat(24 * 1024 ** 2));
        await expect(failing).rejects.toMatchObject(late('write', '100'));
      },
    ),
  );

  it.concurrent('for silence', () =>
    withEngine(
      { READ_TIMEOUT: '1s' },
      (request) => request.resume(),
      async (engine) => {
        await expect(render(engine)).rejects.toMatchObject(late('read', '1000'));
      },
    ),
  );

  it.concurrent('for the whole', () =>
    withEngine(
      { TOTAL_TIMEOUT: '1s' },
      (_request, response) => {
        const dripping = setInterval(() => response.write(' '), 50);
        response.once('close', () => clearInterval(dripping));
      },
      async (engine) => {
        await expect(render(engine)).rejects.toMatchObject(late('provider request', '1000'));
      },
    ),
  );

  it.concurrent('for the number of connections and the wait for one', async () => {
    const ordered = Promise.withResolvers<ServerResponse>();
    await withEngine(
      { CONNECTIONS: '1', POOL_TIMEOUT: '20ms' },
      (_request, response) => ordered.resolve(response),
      async (engine, seen) => {
        const rendering = render(engine);
        // Whatever comes first, so that a failure is one, and no test without an end.
        const response = await Promise.race([
          ordered.promise,
          rendering.then(() => Promise.reject(new Error('is done'))),
        ]);
        const before = seen.length;
        await expect(engine.check(idle)).rejects.toMatchObject({
          reason: 'PROVIDER_BUSY',
          message: expect.stringContaining('within 20 ms') as string,
        });
        expect(seen).toHaveLength(before);
        response.writeHead(422).end('{"detail": "enough"}');
        await expect(rendering).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      },
    );
  });

  it.concurrent('for the number that is kept, and for how long', async () => {
    const refuse = () => undefined;
    await withEngine({ KEPT_CONNECTIONS: '0' }, refuse, async (engine, seen) => {
      await engine.check(idle);
      expect(seen[0]!.headers.connection).toBe('close');
    });
    await withEngine({ KEEP_ALIVE: '1s' }, refuse, async (engine, seen) => {
      await engine.check(idle);
      const [{ headers, socket }] = seen as [IncomingMessage];
      expect(headers.connection).toBe('keep-alive');
      const keptAt = performance.now();
      await new Promise((resolve) => socket.once('close', resolve));
      expect(performance.now() - keptAt).toBeGreaterThan(900);
    });
  });
});
