import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createImageProvider,
  createJiekouAdapter,
  type GuardedImageProvider,
  type ImageCallContext,
  type ImageRequest,
  type ImageResult,
} from '@framesong/providers';
import { startEmulator, type Emulator } from '../emulator.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { jiekouEmulator } from './jiekou-emulator.ts';

let emulator: Emulator;
let provider: GuardedImageProvider;
let scene: Buffer;

async function open(
  variants: Readonly<Record<string, string>> = {},
  key: { value?: string; file?: string } = {},
): Promise<void> {
  emulator = await startEmulator(jiekouEmulator, { variants });
  const adapter = createJiekouAdapter({
    baseUrl: emulator.url,
    key: { value: emulator.key, ...key, setting: 'FRAMESONG_JIEKOU_API_KEY' },
    http: { repeats: { firstMs: 2, maxMs: 5 } },
    poll: { everyMs: 2 },
  });
  provider = createImageProvider(adapter);
}

function make(changes: Partial<ImageRequest> = {}, context: Partial<ImageCallContext> = {}): Promise<ImageResult> {
  const model = changes.model ?? 'nano-banana-pro-light-i2i';
  const references = model.includes('t2i')
    ? []
    : [{ role: 'scene' as const, id: '', name: '', bytes: scene, mediaType: 'image/png' }];
  const { signal } = new AbortController();
  return provider.generate(
    { prompt: 'A bridge', references, size: { widthPx: 1280, heightPx: 720 }, seed: 1, model, ...changes },
    { signal, requestKey: 'k', saveTaskId: () => Promise.resolve(), ...context },
  );
}

const bodyOf = (index: number): Record<string, unknown> =>
  JSON.parse(emulator.seen[index]!.bytes.toString()) as Record<string, unknown>;

beforeAll(async () => {
  scene = await drawPicture({ widthPx: 64, heightPx: 48, title: '', key: 'scene' });
});

afterEach(async () => {
  await provider.close();
  await emulator.close();
});

describe('an answer of jiekou.ai', () => {
  it.each(['data_url', 'data_b64', 'images', 'images_objects', 'images_b64', 'image_urls'])(
    'in the shape %s is a picture, and bought once',
    async (shape) => {
      await open({ success_shape: shape });
      const { image, billedImages } = await make();
      expect(image).toMatchObject({ mediaType: 'image/png', size: { widthPx: 1360, heightPx: 768 } });
      expect(billedImages).toBe(1);
      expect(emulator.paid.all).toHaveLength(1);
      expect(emulator.seen.filter(({ purpose }) => purpose === 'result')).toHaveLength(shape.endsWith('b64') ? 0 : 1);
    },
  );

  it('with several pictures gives the first, and says that all are charged for', async () => {
    await open({ pictures: '3' });
    const { billedImages, warnings } = await make();
    expect(billedImages).toBe(3);
    expect(warnings).toContain('jiekou made 3 pictures, the first was taken');
  });

  it('for a task that failed quotes the reason, and does not claim that nothing was charged', async () => {
    await open({ task_fails: 'the model ran out of memory' });
    await expect(make({ model: 'flux-2-dev' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'PROVIDER_TASK_FAILED',
      outcome: 'sent_unknown',
      message: expect.stringContaining('the model ran out of memory') as string,
    });
  });
});

describe('content that the rules of jiekou.ai forbid', () => {
  it('is for the caller to change, and no failure of the provider', async () => {
    await open({ task_fails: 'NSFW content detected' });
    for (let count = 0; count < 6; count += 1) {
      await expect(make({ model: 'flux-2-dev' })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        reason: 'PROVIDER_CONTENT_REFUSED',
        outcome: 'sent_unknown',
      });
    }
    expect(provider.breakerState('flux-2-dev')).toBe('closed');
  });
});

describe('a picture that was paid for and not fetched', () => {
  it('is fetched again from the address that was saved, and not bought again', async () => {
    await open();
    const saved: string[] = [];
    const saveTaskId = (id: string): Promise<void> => {
      saved.push(id);
      return Promise.resolve();
    };
    emulator.faults.replace([{ kind: 'server_error', on: 'result' }]);
    await expect(make({}, { saveTaskId })).rejects.toMatchObject({ outcome: 'billed' });
    emulator.faults.replace([]);
    const { image, billedImages } = await make({}, { savedTaskId: saved[0]! });
    expect(image.size).toEqual({ widthPx: 1360, heightPx: 768 });
    expect(billedImages).toBe(0);
    expect(emulator.paid.all).toHaveLength(1);
  });

  it('is not fetched from an address that somebody has put in its place', async () => {
    await open();
    const forged = make({}, { savedTaskId: 'result-url:http://10.0.0.1/a.png' });
    await expect(forged).rejects.toMatchObject({ reason: 'PROVIDER_RESULT_FORBIDDEN', outcome: 'billed' });
  });
});

describe('an order', () => {
  it('to nano-banana carries bare base64, its own words for the size, and asks for a link', async () => {
    await open();
    await make();
    const { prompt, ...body } = bodyOf(0);
    expect(body).toEqual({ size: '16x9', quality: '1k', response_format: 'url', images: [scene.toString('base64')] });
    expect(prompt).toBe('Image 1 is the scene: keep its place, light and perspective.\nA bridge');
  });

  it('to seedream carries data URIs in the field of its version, enough pixels, and no watermark', async () => {
    await open();
    const uri = `data:image/png;base64,${scene.toString('base64')}`;
    await make({ model: 'seedream-4.5' });
    expect(bodyOf(0)).toMatchObject({ image: [uri], size: '2560x1440', watermark: false });
    await make({ model: 'seedream-4.0' });
    expect(bodyOf(2)).toMatchObject({ images: [uri], size: '1376x774', watermark: false });
  });

  it('to gemini carries its shape and resolution apart', async () => {
    await open();
    await make({ model: 'gemini-3-pro-image-edit' });
    expect(bodyOf(0)).toMatchObject({ aspect_ratio: '16:9', size: '1K', image_base64s: [scene.toString('base64')] });
  });

  it('to a model that takes one picture carries it as a text and not as a list', async () => {
    await open();
    await make({ model: 'qwen-image-edit' });
    expect(bodyOf(0)).toMatchObject({ image: scene.toString('base64'), seed: 1 });
  });
});

describe('the key of jiekou.ai', () => {
  it('can be rotated in its file without a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'framesong-key-'));
    const file = join(folder, 'key');
    try {
      await writeFile(file, 'old-key');
      await open({}, { file });
      await expect(make()).rejects.toMatchObject({ reason: 'PROVIDER_KEY_REFUSED', outcome: 'rejected' });
      await writeFile(file, `${emulator.key}\n`);
      await make();
      expect(emulator.paid.all).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that is wrong is told by the check, which buys nothing', async () => {
    await open({}, { value: 'wrong' });
    const check = provider.check(new AbortController().signal);
    await expect(check).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'PROVIDER_KEY_REFUSED' });
    expect(emulator.paid.all).toHaveLength(0);
  });
});

describe('what must never happen again', () => {
  it('regression 4: a reference that cannot be sent is an error by its place, and the others keep their numbers', async () => {
    await open();
    const character = { role: 'character' as const, id: 'a', name: 'Alice', bytes: scene, mediaType: 'image/tiff' };
    const place = { role: 'scene' as const, id: '', name: '', bytes: scene, mediaType: 'image/png' };
    await expect(make({ references: [place, character] })).rejects.toMatchObject({
      outcome: 'not_sent',
      violations: [{ field: 'references[1]' }],
    });
    expect(emulator.seen).toHaveLength(0);
  });

  it('regression 6: a wish that runs out of time has cost one call at most, and says so', async () => {
    await open();
    emulator.faults.replace([{ kind: 'hang' }]);
    const abort = new AbortController();
    const ordered = emulator.next('order');
    const failing = make({}, { signal: abort.signal }).catch((thrown: unknown) => thrown);
    const { ended } = await ordered;
    abort.abort(new DOMException('', 'TimeoutError'));
    expect(await failing).toMatchObject({ code: 'DEADLINE_EXCEEDED', outcome: 'sent_unknown' });
    expect(await ended).toBe('left');
    expect(emulator.paid.all.length).toBeLessThanOrEqual(1);
    expect(emulator.seen.filter(({ purpose }) => purpose === 'order')).toHaveLength(1);
  });

  it.each(['bad_request', 'unauthorized', 'no_balance', 'forbidden', 'server_error', 'lost_answer'] as const)(
    'regression 7: %s is not answered by sending again',
    async (kind) => {
      await open();
      emulator.faults.replace([{ kind }]);
      await expect(make()).rejects.toThrow();
      expect(emulator.seen).toHaveLength(1);
    },
  );

  it('regression 8: a picture in base64 is taken and not bought again', async () => {
    await open({ success_shape: 'data_b64' });
    expect((await make()).image.mediaType).toBe('image/png');
    expect(emulator.paid.all).toHaveLength(1);
  });

  it('regression 9: a download that fails is an error, and not a result without bytes', async () => {
    await open();
    emulator.faults.replace([{ kind: 'expired_url', on: 'result' }]);
    await expect(make()).rejects.toMatchObject({ reason: 'PROVIDER_RESULT_GONE', outcome: 'billed' });
  });

  it('regression 10: neither request nor answer is printed', async () => {
    await open({ success_shape: 'data_b64' });
    const printed: string[] = [];
    const spies = [process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0),
    );
    await make();
    emulator.faults.replace([{ kind: 'bad_request' }]);
    await expect(make()).rejects.toThrow();
    for (const spy of spies) spy.mockRestore();
    expect(printed).toEqual([]);
  });

  it('regression 12: a size that the model does not know never becomes a square silently', async () => {
    await open();
    const { effective } = await make({ size: { widthPx: 1000, heightPx: 400 } });
    expect(effective.sizeParameters).toEqual({ size: '21x9', quality: '1k' });
    expect(effective.fit.resizeTo).toEqual({ widthPx: 1000, heightPx: 400 });
    expect(effective.warnings.join()).toMatch(/at the edges is cut off; the rest is brought to 1000x400/);
  });

  it('regression 13: a check buys no picture', async () => {
    await open();
    await provider.check(new AbortController().signal);
    expect(emulator.paid.all).toHaveLength(0);
    expect(emulator.seen.map(({ method }) => method)).toEqual(['GET']);
  });
});
