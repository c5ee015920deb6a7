import { createComfyUiAdapter, createImageProvider, type ImageRequest } from '@framesong/providers';
import { startEmulator, type Emulator } from '../emulator.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { comfyuiEmulator } from './comfyui-emulator.ts';

function providerAt(emulator: Emulator, openSocketMs = 30_000) {
  const adapter = createComfyUiAdapter({
    baseUrl: emulator.url,
    http: { repeats: { firstMs: 1, maxMs: 2 } },
    poll: { everyMs: 5 },
    openSocketMs,
  });
  return createImageProvider(adapter);
}

async function wish(): Promise<ImageRequest> {
  const bytes = await drawPicture({ widthPx: 64, heightPx: 48, title: '', key: 'scene' });
  return {
    prompt: 'a bridge at dawn',
    negativePrompt: 'people',
    references: [{ role: 'scene', id: '', name: '', bytes, mediaType: 'image/png' }],
    size: { widthPx: 1280, heightPx: 720 },
    seed: 1,
    model: 'qwen-image-edit-2509',
  };
}

const call = (previews: unknown[] = []) => ({
  signal: new AbortController().signal,
  requestKey: 'frame_1:generate',
  saveTaskId: () => Promise.resolve(),
  onPreview: ({ size }: { readonly size: unknown }) => Promise.resolve(void previews.push(size)),
});

describe('ComfyUI', () => {
  it('shows previews from its socket on the way', async () => {
    await using emulator = await startEmulator(comfyuiEmulator(), { variants: { polls: '20' } });
    const provider = providerAt(emulator);
    const previews: unknown[] = [];
    const { image } = await provider.generate(await wish(), call(previews));
    expect(image.size).toEqual({ widthPx: 1280, heightPx: 720 });
    expect(previews).toEqual([{ widthPx: 64, heightPx: 36 }]);
    await provider.close();
  });

  it('gets the same id for every repeat of the same wish', async () => {
    await using emulator = await startEmulator(comfyuiEmulator());
    const provider = providerAt(emulator);
    await provider.generate(await wish(), call());
    await provider.generate(await wish(), call());
    const [first, second] = emulator.paid.all.map(({ orderId }) => orderId);
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second).toBe(first);
    await provider.close();
  });

  it.each([
    [{ end: 'failed' }, { reason: 'PROVIDER_TASK_FAILED', metadata: { node: 'KSampler' } }],
    [{ restart: 'true' }, { reason: 'PROVIDER_TASK_LOST' }],
  ])('that ends with %j is told at once and costs nothing', async (variants, wanted) => {
    await using emulator = await startEmulator(comfyuiEmulator(), { variants });
    const provider = providerAt(emulator);
    const failing = provider.generate(await wish(), call());
    await expect(failing).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'rejected', ...wanted });
    await provider.close();
  });

  it('makes the picture although its socket never opens', async () => {
    await using emulator = await startEmulator(comfyuiEmulator(), { faults: [{ kind: 'hang', on: 'socket' }] });
    const provider = providerAt(emulator, 50);
    expect((await provider.generate(await wish(), call())).image.size).toEqual({ widthPx: 1280, heightPx: 720 });
    expect(emulator.paid.all).toHaveLength(1);
    await provider.close();
  });
});
