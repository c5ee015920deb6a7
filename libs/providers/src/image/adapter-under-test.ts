import { createHash } from 'node:crypto';
import type { ImageModel } from './image-model.ts';
import type { ImageCallContext, ImageProvider, ImageProviderReference, ImageRequest } from './image-provider.ts';

/** An order that the emulated provider has accepted. */
export interface AcceptedOrder {
  readonly prompt: string;
  /** SHA-256 of each reference, in order. */
  readonly referenceDigests: readonly string[];
  /** Of the order alone: what was uploaded before does not count. */
  readonly bodySizeBytes: number;
  readonly seed?: number;
}

/** A provider together with the emulator behind it. Made anew for each test, with short delays. */
export interface AdapterUnderTest {
  readonly provider: ImageProvider;
  /** The key that it was given; it must show nowhere. */
  readonly key: string;
  /** Orders have ids of ours, so that one whose answer was lost is found again, or is known not to have been taken. */
  readonly findsLostOrders?: boolean;
  /** A picture of a media type that the models take as a reference; `seed` makes it differ. */
  picture(seed: number, mediaType: string): Promise<Uint8Array>;
  /** Orders accepted so far: what a real provider would have charged for. */
  orders(): readonly AcceptedOrder[];
  /** How many requests of this purpose have come so far. */
  requests(purpose: 'order' | 'poll' | 'result' | 'cancel'): number;
  /** The next request of this purpose that comes from now on, and how it ends. */
  next(purpose: 'order' | 'poll' | 'result' | 'cancel'): Promise<{ readonly ended: Promise<'answered' | 'left'> }>;
  /** From now on requests of this purpose fail so. */
  fail(kind: string, purpose: 'order' | 'poll' | 'result'): void;
  /** The provider is gone: nothing listens there any more. */
  vanish(): Promise<void>;
  /** Connections that are open at the provider. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The model that a test speaks of; the default one where no name is given. */
export function modelOf({ provider }: AdapterUnderTest, name?: string): ImageModel {
  return provider.models.find((model) => (name === undefined ? model.isDefault : model.name === name))!;
}

/** A scene and characters, as many as are asked for. */
export async function referencesFor(
  under: AdapterUnderTest,
  model: ImageModel,
  count: number,
): Promise<ImageProviderReference[]> {
  const [mediaType = 'image/png'] = model.referenceTypes;
  return Promise.all(
    Array.from({ length: count }, async (_, index) => ({
      role: index === 0 ? ('scene' as const) : ('character' as const),
      id: index === 0 ? '' : `id-${index}`,
      name: index === 0 ? '' : NAMES[index % NAMES.length]!,
      bytes: await under.picture(index, mediaType),
      mediaType,
    })),
  );
}

const NAMES = ['', 'Alice', 'Bob', 'Carol', 'Dave', 'Erin', 'Frank'];

/** A request that the model can answer, with two references where it takes them. */
export async function requestFor(
  under: AdapterUnderTest,
  model = modelOf(under),
  changes: Partial<ImageRequest> = {},
): Promise<ImageRequest> {
  const count = Math.max(model.minReferences, Math.min(2, model.maxReferences));
  return {
    prompt: 'They meet on a bridge',
    references: await referencesFor(under, model, count),
    size: { widthPx: 1280, heightPx: 720 },
    seed: 12_345,
    model: model.name,
    ...changes,
  };
}

/** What accompanies a call in a test: task ids are written into `taskIds`. */
export function contextFor(taskIds: string[] = [], changes: Partial<ImageCallContext> = {}): ImageCallContext {
  return {
    signal: new AbortController().signal,
    requestKey: 'request-key',
    saveTaskId: (taskId) => {
      taskIds.push(taskId);
      return Promise.resolve();
    },
    ...changes,
  };
}
