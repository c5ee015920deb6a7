import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import { ensurePostgres, openGates, type EmbeddedPostgres } from '@framesong/jobs';
import {
  createImageProvider,
  createJiekouAdapter,
  type ImageCallContext,
  type ImageProvider,
} from '@framesong/providers';
import { configureLog } from '@framesong/telemetry';

const MODEL = 'nano-banana-pro-light-t2i';
const REQUEST = {
  prompt: 'A bridge',
  references: [],
  size: { widthPx: 320, heightPx: 180 },
  seed: 1,
  model: MODEL,
};

/** Two workers as they are put together in two processes: nothing in common but the database. */
describe('two workers with one provider', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let jiekou: Emulator;
  const parts = new AsyncDisposableStack();

  async function worker(settings: { imagesPerMinute?: number; openMs?: number } = {}): Promise<ImageProvider> {
    const { imagesPerMinute = 0, openMs = 60_000 } = settings;
    const gates = parts.use(await openGates({ service: 'image', databaseUrl: postgres.url }));
    const key = { value: jiekou.key, setting: 'FRAMESONG_JIEKOU_API_KEY' };
    const adapter = createJiekouAdapter({ baseUrl: jiekou.url, key });
    const breaker = { failures: 5, openMs };
    const provider = createImageProvider(adapter, { gates, imagesPerMinute, breaker, longestRateWaitMs: 0 });
    parts.defer(() => provider.close());
    return provider;
  }
  const make = (provider: ImageProvider) => provider.generate(REQUEST, context());
  const orders = () => jiekou.seen.filter(({ purpose }) => purpose === 'order').length;

  beforeAll(async () => {
    configureLog('silent');
    folder = mkdtempSync(join(tmpdir(), 'framesong-gates-'));
    postgres = await ensurePostgres({ dataFolder: folder, throwAway: true });
    jiekou = await startEmulator(EMULATORS['jiekou']!);
  }, 60_000);
  afterAll(async () => {
    await parts.disposeAsync();
    await jiekou.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keep to its images per minute together', async () => {
    const [one, other] = [await worker({ imagesPerMinute: 1 }), await worker({ imagesPerMinute: 1 })];
    expect((await make(one)).billedImages).toBe(1);
    await expect(make(other)).rejects.toMatchObject({ reason: 'PROVIDER_RATE_LIMIT', outcome: 'not_sent' });
    expect(orders()).toBe(1);
  });

  it('leave it alone together after five failures that are spread over them, and each goes on alone without the database', async () => {
    const [one, other] = [await worker(), await worker()];
    jiekou.faults.replace([{ kind: 'server_error', times: 5 }]);
    const before = orders();
    for (let count = 0; count < 5; count++) {
      await expect(make(count % 2 ? one : other)).rejects.toMatchObject({ outcome: 'sent_unknown' });
    }
    for (const provider of [one, other]) {
      await expect(make(provider)).rejects.toMatchObject({ reason: 'PROVIDER_BREAKER_OPEN', outcome: 'not_sent' });
    }
    expect(orders() - before).toBe(5);

    // Neither has seen five failures itself.
    await postgres.stop();
    for (const provider of [one, other]) expect((await make(provider)).billedImages).toBe(1);
  }, 30_000);
});

function context(): ImageCallContext {
  return { signal: AbortSignal.timeout(20_000), requestKey: 'gates', saveTaskId: () => Promise.resolve() };
}
