import { FRAME_SIDE_PX, MAX_CHARACTERS } from '@framesong/compositor';
import type { Money } from '@framesong/jobs';
import type { ImageModel, ImageProvider } from '@framesong/providers';
import { priceOf } from './order-terms.ts';

/** Provider name of the engine inside this service. */
export const EMBEDDED = 'embedded';

/** What a model can take and make. */
export interface ImageModelFacts {
  readonly provider: string;
  readonly model: string;
  readonly isDefault: boolean;
  readonly maxCharacters: number;
  readonly minSidePixels: number;
  readonly maxSidePixels: number;
  readonly seeded: boolean;
  readonly generative: boolean;
  /** Media types that prepared references may have. */
  readonly referenceTypes: readonly string[];
  /** Of one picture. Absent when nobody knows, and for the embedded engine, which costs nothing. */
  readonly price?: Money | undefined;
  readonly description: string;
}

const COMPOSITOR: ImageModelFacts = {
  provider: EMBEDDED,
  model: 'compositor',
  isDefault: true,
  maxCharacters: MAX_CHARACTERS,
  minSidePixels: FRAME_SIDE_PX.min,
  maxSidePixels: FRAME_SIDE_PX.max,
  seeded: true,
  generative: false,
  // The compositor reads alpha, so formats that keep it are welcome.
  referenceTypes: ['image/jpeg', 'image/webp', 'image/png'],
  description: 'Cuts out the given characters and stages them in the given scene. Needs no key, no GPU and no network.',
};

/** The models that this service offers, the default first: the compositor, then those of each provider that is configured. */
export function imageModelsOf(providers: ReadonlyMap<string, ImageProvider>): readonly ImageModelFacts[] {
  const theirs = [...providers.values()].flatMap(({ name, models }) =>
    // A first frame has a scene, so a model without references makes none.
    models.filter(({ maxReferences }) => maxReferences > 0).map((model) => factsOf(name, model)),
  );
  return [COMPOSITOR, ...theirs];
}

function factsOf(provider: string, model: ImageModel): ImageModelFacts {
  return {
    provider,
    model: model.name,
    isDefault: model.isDefault,
    maxCharacters: Math.min(MAX_CHARACTERS, model.maxReferences - 1),
    // Whatever size a model makes is brought to the wanted one.
    minSidePixels: FRAME_SIDE_PX.min,
    maxSidePixels: FRAME_SIDE_PX.max,
    seeded: model.isDeterministic,
    generative: true,
    referenceTypes: model.referenceTypes,
    price: priceOf(model.priceHint),
    description: descriptionOf(model),
  };
}

function descriptionOf({ isAsync, canCancel, makesPreview, takesSeed, priceHint }: ImageModel): string {
  const facts = [
    isAsync ? 'hands out a task, so an order survives a crash' : 'answers at once',
    ...(canCancel ? ['can be cancelled at the provider'] : []),
    ...(makesPreview ? ['shows previews'] : []),
    takesSeed ? 'takes a seed' : 'takes no seed',
    priceHint ? `about ${priceHint.perImage} ${priceHint.currency} a picture` : 'price unknown',
  ];
  return `${facts.join('; ')}.`;
}
