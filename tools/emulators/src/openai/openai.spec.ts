import { createImageProvider, createOpenAiAdapter, inspectPicture, type ImageRequest } from '@framesong/providers';
import { startEmulator, type Emulator } from '../emulator.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { openaiEmulator } from './openai-emulator.ts';

const SIZE = { widthPx: 1280, heightPx: 720 };

function providerAt(emulator: Emulator) {
  const adapter = createOpenAiAdapter({
    baseUrl: `${emulator.url}/v1`,
    key: { value: emulator.key, setting: 'FRAMESONG_OPENAI_API_KEY' },
    http: { repeats: { firstMs: 1, maxMs: 2 } },
  });
  return createImageProvider(adapter);
}

function wish(changes: Partial<ImageRequest> = {}): ImageRequest {
  return { prompt: 'a bridge at dawn', references: [], size: SIZE, seed: 1, model: 'gpt-image-2', ...changes };
}

function call(onPreview?: (size: unknown) => void) {
  return {
    signal: new AbortController().signal,
    requestKey: 'frame_1:generate',
    saveTaskId: () => Promise.resolve(),
    onPreview: (preview: { readonly size: unknown }) => Promise.resolve(onPreview?.(preview.size)),
  };
}

describe('the Images API of OpenAI', () => {
  it('is asked for 1280x720 exactly where the model knows it, and for more where it does not', async () => {
    await using emulator = await startEmulator(openaiEmulator);
    const provider = providerAt(emulator);
    const free = await provider.generate(wish(), call());
    expect([free.image.size, free.effective.fit.operation]).toEqual([SIZE, 'none']);
    const fixed = await provider.generate(wish({ model: 'gpt-image-1.5' }), call());
    expect(fixed.image.size).toEqual({ widthPx: 1536, heightPx: 1024 });
    expect(fixed.effective.fit.resizeTo).toEqual(SIZE);
    expect(fixed.effective.warnings.join()).toMatch(/1536x1024.*cut off/);
    await provider.close();
  });

  it('sends partial pictures on the way, which become the preview', async () => {
    await using emulator = await startEmulator(openaiEmulator);
    const provider = providerAt(emulator);
    const previews: unknown[] = [];
    await provider.generate(
      wish(),
      call((size) => previews.push(size)),
    );
    expect(previews).toEqual([SIZE]);
    await provider.close();
  });

  it('gets one reference as image and several as image[], each as the file it is', async () => {
    await using emulator = await startEmulator(openaiEmulator);
    const provider = providerAt(emulator);
    const reference = async (index: number, format: 'png' | 'jpeg') => ({
      role: index === 0 ? ('scene' as const) : ('character' as const),
      id: index === 0 ? '' : `c${index}`,
      name: index === 0 ? '' : 'Mei',
      bytes: await drawPicture({ widthPx: 32, heightPx: 32, title: '', key: String(index), format }),
      mediaType: `image/${format}`,
    });
    const [scene, figure] = [await reference(0, 'png'), await reference(1, 'jpeg')];
    await provider.generate(wish({ references: [scene] }), call());
    await provider.generate(wish({ references: [scene, figure] }), call());
    const forms = emulator.seen.map(({ path, bytes }) => [path, bytes.toString('latin1')] as const);
    expect(forms.map(([path]) => path)).toEqual(['/v1/images/edits', '/v1/images/edits']);
    expect(forms[0]![1]).toContain('name="image"; filename="image-1.png"');
    expect(forms[1]![1]).toMatch(
      /name="image\[\]"; filename="image-1\.png"[^]*name="image\[\]"; filename="image-2\.jpeg"/,
    );
    expect(forms.some(([, form]) => form.includes('response_format'))).toBe(false);
    await provider.close();
  });

  it('is understood when a gateway in between answers with the whole picture at once', async () => {
    await using emulator = await startEmulator(openaiEmulator, { variants: { answer: 'whole' } });
    const provider = providerAt(emulator);
    const { image } = await provider.generate(wish(), call());
    expect(inspectPicture(image.bytes)?.size).toEqual(SIZE);
    await provider.close();
  });

  it.each([{ variants: { error_event: 'true' } }, { faults: [{ kind: 'error_inside_200' as const }] }])(
    'says that moderation has refused, without cost, wherever it says it: %j',
    async (options) => {
      await using emulator = await startEmulator(openaiEmulator, options);
      const provider = providerAt(emulator);
      await expect(provider.generate(wish(), call())).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        reason: 'PROVIDER_CONTENT_REFUSED',
        outcome: 'rejected',
        metadata: { providerCode: 'moderation_blocked' },
      });
      await provider.close();
    },
  );

  it('may charge for a picture that is refused after parts of it were sent', async () => {
    await using emulator = await startEmulator(openaiEmulator, { variants: { error_event: 'late' } });
    const provider = providerAt(emulator);
    const previews: unknown[] = [];
    const generating = provider.generate(
      wish(),
      call((size) => previews.push(size)),
    );
    await expect(generating).rejects.toMatchObject({ reason: 'PROVIDER_CONTENT_REFUSED', outcome: 'sent_unknown' });
    expect(previews).toEqual([SIZE]);
    await provider.close();
  });

  it('may charge for a picture although its server failed, which is no fault of the request', async () => {
    await using emulator = await startEmulator(openaiEmulator, { variants: { error_event: 'server' } });
    const provider = providerAt(emulator);
    await expect(provider.generate(wish(), call())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'PROVIDER_FAILED',
      outcome: 'sent_unknown',
    });
    await provider.close();
  });
});
