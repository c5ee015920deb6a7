import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadSettings } from '@framesong/config';
import { FramesongError } from '@framesong/errors';
import { providerHttpSettings } from '@framesong/providers';
import { createMusicEngines, musicEngineSettings } from '@framesong/providers/music';
import { configureLog } from '@framesong/telemetry';
import type { Composer } from '../composer.ts';
import { musicModel } from '../music-models.ts';
import { createEnginePresence } from './engine-presence.ts';
import { openMusicEngines } from './music-engines.ts';

// Each call that fails writes a line.
configureLog('silent');

const idle = new AbortController().signal;
/** Nobody is ever given this port. */
const NOWHERE = 'http://127.0.0.1:1';

describe('engines whose abilities are known without asking them', () => {
  let server: Server;
  let url: string;
  let seen: string[];
  let answer: (response: ServerResponse) => void;
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  beforeEach(() => {
    seen = [];
    answer = (response) => void response.end('{"status": "healthy", "genres": []}');
  });

  const open = (baseUrl: string) => {
    const env = {
      FRAMESONG_SONGGENERATION_HTTP_BASE_URL: baseUrl,
      FRAMESONG_REPLICATE_MUSIC_BASE_URL: baseUrl,
      FRAMESONG_REPLICATE_MUSIC_API_KEY: 'a key of nobody',
    };
    const { http } = loadSettings({ http: providerHttpSettings }, { env });
    return openMusicEngines({
      composer: { lanes: 1 } as Composer,
      grpcEngines: new Map(),
      reattachGraceMs: 0,
      httpEngines: createMusicEngines(loadSettings(musicEngineSettings, { env }), http),
    });
  };

  it('are listed as away where nothing answers, and as what they can do', async () => {
    await using engines = open(NOWHERE);
    const models = (await engines.describeAll(idle)).map(musicModel);
    const away = (engine: string) => ({
      engine,
      wholeSongs: true,
      unreachable: expect.stringMatching(new RegExp(`^engine ${engine}: .*cannot be reached`)) as string,
    });
    expect(models).toMatchObject([
      { engine: 'embedded', unreachable: '' },
      away('songgeneration-http'),
      away('replicate-music'),
    ]);
  });

  it('are asked once in a while, however often they are listed, and never for anything that is charged for', async () => {
    await using engines = open(url);
    const lists = await Promise.all([engines.describeAll(idle), engines.describeAll(idle)]);
    lists.push(await engines.describeAll(idle));
    for (const list of lists)
      expect(list.map(({ unreachable }) => unreachable)).toEqual([undefined, undefined, undefined]);
    expect(seen.toSorted()).toEqual(['GET /account', 'GET /health']);
  });

  it('are there while they work and answer nobody', async () => {
    answer = (response) => {
      if (response.req.url !== '/health') response.writeHead(429).end('{}');
    };
    await using engines = open(url);
    const list = await engines.describeAll(idle);
    expect(list.map(({ unreachable }) => unreachable)).toEqual([undefined, undefined, undefined]);
  });
});

describe('a look at an engine', () => {
  it('ends at its limit, and is not made again while its answer is kept', async () => {
    let looks = 0;
    const check = (signal: AbortSignal) => {
      looks += 1;
      return new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () =>
          reject(new FramesongError('late', { code: 'DEADLINE_EXCEEDED', reason: 'LATE' })),
        );
      });
    };
    const presence = createEnginePresence({ limitMs: 20 });
    const look = () => presence.awayBecause({ name: 'deaf', check });
    expect(await Promise.all([look(), look()])).toEqual(Array(2).fill('engine deaf has not answered within 20 ms'));
    expect(await look()).toMatch(/has not answered/);
    expect(looks).toBe(1);
  });

  it('is made again later, so that one that comes back is seen', async () => {
    let isThere = false;
    const away = new FramesongError('it is away', { code: 'UNAVAILABLE', reason: 'ENGINE_AWAY' });
    const engine = { name: 'back', check: () => (isThere ? Promise.resolve() : Promise.reject(away)) };
    const presence = createEnginePresence({ keepAwayMs: 1 });
    expect(await presence.awayBecause(engine)).toBe('it is away');
    isThere = true;
    while ((await presence.awayBecause(engine)) !== undefined) await new Promise(setImmediate);
  });
});
