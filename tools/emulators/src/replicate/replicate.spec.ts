import { createImageProvider, createReplicateAdapter, inspectPicture, type ImageRequest } from '@framesong/providers';
import { startEmulator, type Emulator } from '../emulator.ts';
import { replicateEmulator } from './replicate-emulator.ts';

function providerAt(emulator: Emulator) {
  const adapter = createReplicateAdapter({
    baseUrl: `${emulator.url}/v1`,
    key: { value: emulator.key, setting: 'FRAMESONG_REPLICATE_API_KEY' },
    http: { repeats: { firstMs: 1, maxMs: 2 } },
    poll: { everyMs: 1, limitMs: 90_000 },
  });
  return createImageProvider(adapter);
}

const WISH: ImageRequest = {
  prompt: 'a bridge at dawn',
  references: [],
  size: { widthPx: 1280, heightPx: 720 },
  seed: 1,
  model: 'google/nano-banana-pro',
};
const call = () => ({
  signal: new AbortController().signal,
  requestKey: 'frame_1:generate',
  saveTaskId: () => Promise.resolve(),
});

describe('Replicate', () => {
  it.each(['url', 'urls', 'data'])('gives its output as %s, and the picture is found', async (output) => {
    await using emulator = await startEmulator(replicateEmulator, { variants: { output } });
    const provider = providerAt(emulator);
    const { image } = await provider.generate(WISH, call());
    expect(inspectPicture(image.bytes)?.mediaType).toBe('image/png');
    await provider.close();
  });

  it('is told when to cancel by itself, should nobody ask any more', async () => {
    await using emulator = await startEmulator(replicateEmulator);
    const provider = providerAt(emulator);
    await provider.generate(WISH, call());
    const order = emulator.seen.find(({ purpose }) => purpose === 'order');
    expect(order!.headers['cancel-after']).toBe('90s');
    await provider.close();
  });

  it.each([
    ['failed', { code: 'UNAVAILABLE', reason: 'PROVIDER_TASK_FAILED', outcome: 'billed' }],
    ['sensitive', { code: 'INVALID_ARGUMENT', reason: 'PROVIDER_CONTENT_REFUSED', outcome: 'billed' }],
    ['aborted', { code: 'UNAVAILABLE', reason: 'PROVIDER_TASK_ABORTED', outcome: 'rejected' }],
  ])('that ends as %s says how money stands', async (end, wanted) => {
    await using emulator = await startEmulator(replicateEmulator, { variants: { end } });
    const provider = providerAt(emulator);
    await expect(provider.generate(WISH, call())).rejects.toMatchObject(wanted);
    await provider.close();
  });
});
