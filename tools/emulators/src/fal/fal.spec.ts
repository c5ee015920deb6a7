import { createFalAdapter, createImageProvider, type ImageRequest } from '@framesong/providers';
import { startEmulator, type Emulator } from '../emulator.ts';
import { falEmulator } from './fal-emulator.ts';

function providerAt(emulator: Emulator) {
  const adapter = createFalAdapter({
    baseUrl: emulator.url,
    key: { value: emulator.key, setting: 'FRAMESONG_FAL_API_KEY' },
    http: { repeats: { firstMs: 1, maxMs: 2 } },
    poll: { everyMs: 1 },
  });
  return createImageProvider(adapter);
}

const WISH: ImageRequest = {
  prompt: 'a bridge at dawn',
  references: [],
  size: { widthPx: 1280, heightPx: 720 },
  seed: 1,
  model: 'fal-ai/bytedance/seedream/v4',
};
const call = () => ({
  signal: new AbortController().signal,
  requestKey: 'frame_1:generate',
  saveTaskId: () => Promise.resolve(),
});

describe('fal', () => {
  it('keeps requests under owner and app, without the path of the model', async () => {
    await using emulator = await startEmulator(falEmulator);
    const provider = providerAt(emulator);
    await provider.generate(WISH, call());
    const [order, first] = emulator.seen;
    expect(order!.path).toBe('/fal-ai/bytedance/seedream/v4/text-to-image');
    expect(first!.path).toMatch(/^\/fal-ai\/bytedance\/requests\/[0-9a-f-]+\/status$/);
    await provider.close();
  });

  it('is asked for the size in two numbers where the model knows them', async () => {
    await using emulator = await startEmulator(falEmulator);
    const provider = providerAt(emulator);
    await provider.generate(WISH, call());
    expect(JSON.parse(emulator.seen[0]!.bytes.toString())).toMatchObject({ image_size: { width: 1280, height: 720 } });
    await provider.close();
  });

  it('shows a refusal of the model with the result, and nobody knows whether it is charged for', async () => {
    await using emulator = await startEmulator(falEmulator, { variants: { end: 'moderated' } });
    const provider = providerAt(emulator);
    await expect(provider.generate(WISH, call())).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'PROVIDER_CONTENT_REFUSED',
      outcome: 'sent_unknown',
      metadata: { providerCode: 'content_policy_violation' },
    });
    await provider.close();
  });
});
