import { createArkAdapter, createImageProvider, type ImageRequest } from '@framesong/providers';
import { startEmulator, type Emulator } from '../emulator.ts';
import { arkEmulator } from './ark-emulator.ts';

const SIZE = { widthPx: 1280, heightPx: 720 };

function providerAt(emulator: Emulator) {
  const adapter = createArkAdapter({
    baseUrl: `${emulator.url}/api/v3`,
    key: { value: emulator.key, setting: 'FRAMESONG_ARK_API_KEY' },
    http: { repeats: { firstMs: 1, maxMs: 2 } },
    download: { firstDelayMs: 1 },
  });
  return createImageProvider(adapter);
}

function wish(model = 'doubao-seedream-4-0-250828'): ImageRequest {
  return { prompt: '清晨的桥', references: [], size: SIZE, seed: 1, model };
}

const call = () => ({
  signal: new AbortController().signal,
  requestKey: 'frame_1:generate',
  saveTaskId: () => Promise.resolve(),
});

describe('Seedream on Ark', () => {
  it('makes 1280x720 with 4.0, and with 4.5 exactly twice of it, to be brought down', async () => {
    await using emulator = await startEmulator(arkEmulator);
    const provider = providerAt(emulator);
    const exact = await provider.generate(wish(), call());
    expect([exact.image.size, exact.effective.fit.operation]).toEqual([SIZE, 'none']);
    const larger = await provider.generate(wish('doubao-seedream-4-5-251128'), call());
    expect(larger.image.size).toEqual({ widthPx: 2560, heightPx: 1440 });
    expect(larger.effective.sizeParameters).toEqual({ size: '2560x1440' });
    expect(larger.effective.fit.resizeTo).toEqual(SIZE);
    await provider.close();
  });

  it('is asked without a watermark, for one picture, under the id of the wish', async () => {
    await using emulator = await startEmulator(arkEmulator);
    const provider = providerAt(emulator);
    await provider.generate(wish(), call());
    const [order] = emulator.seen;
    expect(JSON.parse(order!.bytes.toString())).toMatchObject({
      watermark: false,
      sequential_image_generation: 'disabled',
    });
    expect(order!.headers['x-client-request-id']).toBe('frame_1:generate');
    await provider.close();
  });

  it.each(['events', 'whole'])('has cost nothing when the one place of its answer has failed (%s)', async (answer) => {
    await using emulator = await startEmulator(arkEmulator, { variants: { item: 'failed', answer } });
    const provider = providerAt(emulator);
    await expect(provider.generate(wish(), call())).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'PROVIDER_CONTENT_REFUSED',
      outcome: 'rejected',
      metadata: { providerCode: 'OutputImageSensitiveContentDetected' },
    });
    expect(emulator.paid.all).toEqual([]);
    await provider.close();
  });

  it('is understood without events and with the other name of the time', async () => {
    const variants = { answer: 'whole', created_at: 'true' };
    await using emulator = await startEmulator(arkEmulator, { variants });
    const provider = providerAt(emulator);
    expect((await provider.generate(wish(), call())).billedImages).toBe(1);
    await provider.close();
  });

  it('is not asked twice when its picture cannot be fetched any more', async () => {
    await using emulator = await startEmulator(arkEmulator, { faults: [{ kind: 'expired_url', on: 'result' }] });
    const provider = providerAt(emulator);
    await expect(provider.generate(wish(), call())).rejects.toMatchObject({ outcome: 'billed' });
    expect(emulator.paid.all).toHaveLength(1);
    await provider.close();
  });

  it('gives the picture that it has named, also when its answer breaks after that', async () => {
    await using emulator = await startEmulator(arkEmulator, { variants: { end: 'broken' } });
    const provider = providerAt(emulator);
    expect(await provider.generate(wish(), call())).toMatchObject({ billedImages: 1, image: { size: SIZE } });
    expect(emulator.paid.all).toHaveLength(1);
    await provider.close();
  });

  it('saves where its picture lies before its answer has ended', async () => {
    await using emulator = await startEmulator(arkEmulator, { variants: { end: 'held' } });
    const provider = providerAt(emulator);
    const gone = new AbortController();
    let making: Promise<unknown> = Promise.resolve();
    const saved = await new Promise<string>((resolve, reject) => {
      const saveTaskId = (id: string) => {
        resolve(id);
        return Promise.resolve();
      };
      making = provider.generate(wish(), { ...call(), signal: gone.signal, saveTaskId });
      making.catch(reject);
    });
    expect(emulator.pending).toBe(1);
    gone.abort();
    await expect(making).rejects.toMatchObject({ outcome: 'billed' });
    const again = await provider.generate(wish(), { ...call(), savedTaskId: saved });
    expect(again).toMatchObject({ billedImages: 0, image: { size: SIZE } });
    expect(emulator.paid.all).toHaveLength(1);
    await provider.close();
  });
});
