import type { ArtifactStore } from '@framesong/artifacts';
import { FramesongError, unavailable } from '@framesong/errors';
import type { JobContext, OrderTerms, PaidOrder } from '@framesong/jobs';
import type { ImageProvider } from '@framesong/providers';
import type { FirstFrameInput } from './first-frame-input.ts';
import type { GenerateParts } from './generate-frame.ts';
import { orderFrame } from './order-frame.ts';
import type { OrderParts } from './order-from-provider.ts';
import type { WantedFrame } from './wanted-frame.ts';

type Order = (paid: PaidOrder) => Promise<object>;

const WANTED: WantedFrame = { candidate: 1, seed: 1, width: 64, height: 64, fromPercent: 40, toPercent: 97 };
const PICTURE = { digest: 'sha256:00', sizeBytes: 3, mediaType: 'image/png', uri: 'framesong://artifacts/sha256:00' };
const MADE = {
  picture: PICTURE,
  made: {
    effective: {
      fit: { operation: 'none' },
      providerSize: { widthPx: 64, heightPx: 64 },
      sizeParameters: {},
      references: [],
    },
    engine: 'ark m',
    billedImages: 1,
    warnings: [],
  },
  responseId: 'answer-1',
};
const ARK = { name: 'ark', models: [] } as unknown as ImageProvider;

describe('an order of a provider', () => {
  let terms: OrderTerms<object> | undefined;

  /** A job that asks ark first and the embedded engine after it. @param orderOnce what the ledger knows of the order */
  const jobOf = (orderOnce: (order: Order) => Promise<object>, more: object = {}) =>
    ({
      id: 'frame_1',
      tenant: 'anna',
      input: {
        shot: { id: '', prompt: 'a street', negativePrompt: '', style: '', characterIds: [] },
        characters: [],
        provider: 'ark',
        model: 'm',
        fallbacks: [{ provider: 'embedded', model: 'compositor' }],
      },
      signal: new AbortController().signal,
      remainingMs: () => 100_000,
      notes: { get: () => Promise.resolve(undefined), set: () => Promise.resolve(), remove: () => Promise.resolve() },
      progress: () => undefined,
      orderOnce: (asked: OrderTerms<object>, order: Order) => {
        terms = asked;
        return orderOnce(order);
      },
      ...more,
    }) as unknown as JobContext<FirstFrameInput>;

  const partsOf = (providers: readonly ImageProvider[], fitPicture: () => Promise<Buffer>) =>
    ({
      artifacts: {
        get: () => Promise.resolve({ chunks: [Buffer.from('png')] }),
        put: () => Promise.resolve(PICTURE),
      } as unknown as ArtifactStore,
      providers: new Map(providers.map((provider) => [provider.name, provider])),
      fitPicture,
      composeFrame: () => Promise.reject(new Error('the embedded engine was asked')),
      generateTimeout: { floorMs: 1000, ceilingMs: 1000 },
    }) as unknown as GenerateParts & OrderParts;

  const frameOf = (
    job: JobContext<FirstFrameInput>,
    providers: readonly ImageProvider[],
    fitPicture = () => Promise.resolve(Buffer.from('png')),
  ) => orderFrame(partsOf(providers, fitPicture), job, [], WANTED, new AbortController().signal);

  it('that was sent before its provider lost its key is given to no fallback', async () => {
    // As the ledger tells it of a task that an earlier run has ordered.
    const job = jobOf((order) =>
      order({ savedTaskId: 'task-1', saveTaskId: () => Promise.resolve() }).catch((thrown: unknown) => {
        throw (thrown as FramesongError).with({ outcome: 'sent_unknown' });
      }),
    );
    await expect(frameOf(job, [])).rejects.toMatchObject({
      reason: 'PROVIDER_NOT_CONFIGURED',
      outcome: 'sent_unknown',
      message: expect.stringContaining('ark is not configured any more') as string,
    });
    expect(terms).toMatchObject({ key: '', provider: 'ark', model: 'm' });
  });

  it('whose picture is there already needs its provider no more', async () => {
    const job = jobOf(() => Promise.resolve(MADE));
    await expect(frameOf(job, [])).resolves.toMatchObject({ provider: 'ark', engine: 'ark m', image: PICTURE });
  });

  it('is paid for when its picture cannot be brought to its size', async () => {
    const job = jobOf(() => Promise.resolve(MADE));
    const broken = () => Promise.reject(unavailable('no worker is free', 'POOL_BUSY', 1000));
    await expect(frameOf(job, [ARK], broken)).rejects.toMatchObject({ reason: 'POOL_BUSY', outcome: 'billed' });
  });

  it('costs nothing when it fails before its provider is asked', async () => {
    let seen: unknown;
    const job = jobOf(
      async (order) => {
        await order({ saveTaskId: () => Promise.resolve() }).catch((thrown: unknown) => (seen = thrown));
        return MADE;
      },
      { withTimeout: () => Promise.reject(unavailable('the database is away', 'JOB_DATABASE_UNAVAILABLE', 1000)) },
    );
    await frameOf(job, [ARK]);
    expect(seen).toMatchObject({ reason: 'JOB_DATABASE_UNAVAILABLE', outcome: 'not_sent' });
  });
});
