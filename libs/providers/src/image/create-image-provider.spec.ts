import { FramesongError } from '@framesong/errors';
import { contextFor } from './adapter-under-test.ts';
import { createImageProvider, type ImageProviderOptions } from './create-image-provider.ts';
import type { ImageAdapter, ImageOrder } from './image-adapter.ts';
import type { ImageRequest } from './image-provider.ts';

/** The smallest picture: a PNG of one pixel, of which only the header is looked at. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
let orders: ImageOrder[];
let order: ImageAdapter['order'];

function open(options: ImageProviderOptions = {}, changes: Partial<ImageAdapter> = {}) {
  const adapter: ImageAdapter = {
    name: 'p',
    models: [
      {
        name: 'm',
        isDefault: true,
        minReferences: 0,
        maxReferences: 2,
        roles: ['scene', 'character'],
        referenceTypes: ['image/png'],
        referenceEncoding: 'base64',
        size: { kind: 'own', about: { widthPx: 1, heightPx: 1 } },
        mediaTypes: ['image/png'],
        takesSeed: true,
        isDeterministic: false,
        takesNegativePrompt: false,
        maxPromptChars: 500,
        isAsync: false,
        canCancel: false,
        makesPreview: false,
      },
    ],
    order: (asked, context) => {
      orders.push(asked);
      return order(asked, context);
    },
    check: () => Promise.resolve({ checked: 'configuration', note: '' }),
    close: () => Promise.resolve(),
    ...changes,
  };
  return createImageProvider(adapter, options);
}

function request(changes: Partial<ImageRequest> = {}): ImageRequest {
  return {
    prompt: 'A bridge',
    references: [],
    size: { widthPx: 1, heightPx: 1 },
    seed: 2 ** 31 + 5,
    model: 'm',
    ...changes,
  };
}

const cast = ['', 'Alice', 'Bob'].map((name) => ({
  role: name === '' ? ('scene' as const) : ('character' as const),
  id: name,
  name,
  bytes: PIXEL,
  mediaType: 'image/png',
}));

beforeEach(() => {
  orders = [];
  order = () => Promise.resolve({ bytes: PIXEL });
});

describe('a provider', () => {
  it('sends a seed that everybody accepts, and what to avoid in the prompt', async () => {
    const { effective } = await open().generate(request({ negativePrompt: 'rain' }), contextFor());
    expect(orders[0]).toMatchObject({ seed: 5, prompt: 'A bridge\nAvoid: rain' });
    expect(effective).toMatchObject({ seed: 5, warnings: [expect.stringContaining('no negative prompt')] });
  });

  it('counts the words about references into the longest prompt', async () => {
    const references = cast.slice(0, 2);
    const long = request({ references, prompt: 'x'.repeat(450) });
    await expect(open().generate(long, contextFor())).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      outcome: 'not_sent',
      violations: [{ field: 'prompt' }],
    });
  });

  it('sends too many characters as one labelled picture where that is allowed', async () => {
    const labels: string[] = [];
    const provider = open({
      makeCollage: (pictures) => {
        labels.push(...pictures.map(({ label }) => label));
        return Promise.resolve({ bytes: PIXEL, mediaType: 'image/png', size: { widthPx: 1, heightPx: 1 } });
      },
    });
    const { effective } = await provider.generate(request({ references: cast, allowCollage: true }), contextFor());
    expect(labels).toEqual(['Alice', 'Bob']);
    expect(orders[0]!.pictures).toHaveLength(2);
    expect(orders[0]!.prompt).toContain('Image 2 shows 2 characters');
    expect(effective.references).toEqual([
      { role: 'scene', ids: [''], sizeBytes: PIXEL.length },
      { role: 'collage', ids: ['Alice', 'Bob'], sizeBytes: PIXEL.length },
    ]);
  });

  it.each([
    ['before it was accepted', false, 'not_sent'],
    ['after it was accepted', true, 'billed'],
  ])('gives an outcome to every error %s', async (_, isAccepted, outcome) => {
    order = (_asked, context) => {
      if (isAccepted) context.accepted();
      return Promise.reject(new TypeError('a mistake of ours'));
    };
    await expect(open().generate(request(), contextFor())).rejects.toMatchObject({ code: 'INTERNAL', outcome });
  });

  it.each([
    ['no picture', Buffer.from('no picture')],
    ['half a picture', PIXEL.subarray(0, 40)],
    ['nothing', Buffer.alloc(0)],
  ])('takes %s for no result, and says that it is paid', async (_, bytes) => {
    order = () => Promise.resolve({ bytes });
    await expect(open().generate(request(), contextFor())).rejects.toMatchObject({
      reason: 'PROVIDER_RESULT_INVALID',
      outcome: 'billed',
    });
  });

  it('that fails every time is left alone, each model for itself', async () => {
    const provider = open({ breaker: { failures: 2, openMs: 60_000 } });
    order = () => Promise.reject(new FramesongError('x', { code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED' }));
    for (let count = 0; count < 2; count += 1)
      await expect(provider.generate(request(), contextFor())).rejects.toThrow();
    await expect(provider.generate(request(), contextFor())).rejects.toMatchObject({
      reason: 'PROVIDER_BREAKER_OPEN',
      outcome: 'not_sent',
    });
    expect(orders).toHaveLength(2);
    expect(provider.breakerState('m')).toBe('open');
  });

  it('keeps to its images per minute, and refuses what would wait too long', async () => {
    const provider = open({ imagesPerMinute: 1, longestRateWaitMs: 10 });
    await provider.generate(request(), contextFor());
    await expect(provider.generate(request(), contextFor())).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'PROVIDER_RATE_LIMIT',
      outcome: 'not_sent',
    });
  });

  it('waits for ordered work by its id, without a new order and whatever the rate', async () => {
    const resume = jest.fn(() => Promise.resolve({ bytes: PIXEL }));
    const provider = open({ imagesPerMinute: 1, longestRateWaitMs: 10 }, { resume });
    await provider.generate(request(), contextFor());
    const { billedImages } = await provider.generate(request(), contextFor([], { savedTaskId: 'task-1' }));
    expect(billedImages).toBe(0);
    expect(resume).toHaveBeenCalledWith('task-1', expect.anything(), expect.anything());
    expect(orders).toHaveLength(1);
  });

  it('downloads an ordered picture again by its saved URL, and buys nothing', async () => {
    const taskIds: string[] = [];
    const fetchResult = jest.fn(() => Promise.resolve({ bytes: PIXEL }));
    const provider = open({}, { fetchResult });
    order = async (_asked, context) => {
      await context.saveResultUrl('https://files.example/a.png?signature=1');
      throw new FramesongError('x', { code: 'UNAVAILABLE', reason: 'PROVIDER_RESULT_UNREACHABLE' });
    };
    await expect(provider.generate(request(), contextFor(taskIds))).rejects.toMatchObject({ outcome: 'billed' });
    const { billedImages } = await provider.generate(request(), contextFor([], { savedTaskId: taskIds[0]! }));
    expect(billedImages).toBe(0);
    expect(fetchResult).toHaveBeenCalledWith('https://files.example/a.png?signature=1', expect.anything());
    expect(orders).toHaveLength(1);
  });

  it('that cannot take up ordered work again says so, and still buys nothing', async () => {
    const resumed = open().generate(request(), contextFor([], { savedTaskId: 'task-1' }));
    await expect(resumed).rejects.toMatchObject({ reason: 'PROVIDER_TASK_UNKNOWN', outcome: 'billed' });
    expect(orders).toHaveLength(0);
  });

  it.each([
    ['a closed breaker', false],
    ['an open breaker', true],
  ])('never calls ordered work unsent, under %s', async (_, isOpen) => {
    const lost = new FramesongError('x', { code: 'UNAVAILABLE', reason: 'PROVIDER_UNREACHABLE', outcome: 'not_sent' });
    const provider = open({ breaker: { failures: 1, openMs: 60_000 } }, { resume: () => Promise.reject(lost) });
    order = () => Promise.reject(lost);
    if (isOpen) await expect(provider.generate(request(), contextFor())).rejects.toMatchObject({ outcome: 'not_sent' });
    const resumed = provider.generate(request(), contextFor([], { savedTaskId: 'task-1' }));
    await expect(resumed).rejects.toMatchObject({ reason: 'PROVIDER_UNREACHABLE', outcome: 'billed' });
  });

  it('has a revision per model, which another price leaves as it is, and another address or adapter changes', () => {
    const prices = new Map([['m', { perImage: '0.05', currency: 'USD' }]]);
    const revision = open().revisionOf('m');
    expect(revision).toMatch(/^[0-9a-f]{16}$/);
    expect(open({ prices }).revisionOf('m')).toBe(revision);
    const others = [open({ baseUrl: 'http://127.0.0.1:1' }), open({}, { version: 2 })].map((one) =>
      one.revisionOf('m'),
    );
    expect(new Set([revision, ...others]).size).toBe(3);
    expect(open().revisionOf('no such model')).toBe('');
  });

  it("shows the operator's prices", () => {
    const prices = new Map([['m', { perImage: '0.05', currency: 'USD' }]]);
    expect(open({ prices }).models[0]!.priceHint).toEqual({ perImage: '0.05', currency: 'USD' });
    expect(open().models[0]!.priceHint).toBeUndefined();
  });

  it('hands on previews that are pictures and leaves out the rest', async () => {
    const previews: number[] = [];
    order = async (_asked, context) => {
      await context.onPreview(Buffer.from('no picture'));
      await context.onPreview(PIXEL);
      return { bytes: PIXEL };
    };
    const onPreview = ({ size }: { size: { widthPx: number } }): Promise<void> => {
      previews.push(size.widthPx);
      return Promise.resolve();
    };
    await open().generate(request(), contextFor([], { onPreview }));
    expect(previews).toEqual([1]);
  });
});
