import { COMPOSITOR_ENGINE, FRAME_SIDE_PX, MAX_CHARACTERS } from '@framesong/compositor';
import type { Money } from '@framesong/jobs';
import type { ImageModel, ImageProvider, ReferenceEncoding } from '@framesong/providers';
import { priceOf } from './order-terms.ts';

/** Provider name of the engine inside this service. */
export const EMBEDDED = 'embedded';

/** What a model can take and make. */
export interface ImageModelFacts {
  readonly provider: string;
  readonly model: string;
  readonly isDefault: boolean;
  readonly maxCharacters: number;
  /** How many where those that are too many may share one picture. */
  readonly maxCharactersWithCollage: number;
  readonly minSidePixels: number;
  readonly maxSidePixels: number;
  readonly seeded: boolean;
  readonly generative: boolean;
  /** Media types that prepared references may have. */
  readonly referenceTypes: readonly string[];
  /** How it is sent them. */
  readonly referenceEncoding: ReferenceEncoding;
  /** Infinity where no limit is known. */
  readonly maxReferenceBytes: number;
  /** What was made under another revision may differ for the same request. */
  readonly revision: string;
  /** Of one picture. Absent when nobody knows, and for the embedded engine, which costs nothing. */
  readonly price?: Money | undefined;
  readonly description: string;
}

const COMPOSITOR: ImageModelFacts = {
  provider: EMBEDDED,
  model: 'compositor',
  isDefault: true,
  maxCharacters: MAX_CHARACTERS,
  maxCharactersWithCollage: MAX_CHARACTERS,
  minSidePixels: FRAME_SIDE_PX.min,
  maxSidePixels: FRAME_SIDE_PX.max,
  seeded: true,
  generative: false,
  // The compositor reads alpha, so formats that keep it are welcome.
  referenceTypes: ['image/jpeg', 'image/webp', 'image/png'],
  referenceEncoding: 'binary',
  maxReferenceBytes: Infinity,
  revision: `${COMPOSITOR_ENGINE.name} ${COMPOSITOR_ENGINE.version}`,
  description: 'Cuts out the given characters and stages them in the given scene. Needs no key, no GPU and no network.',
};

/** The models that this service offers, the default first: the compositor, then those of each provider that is configured. */
export function imageModelsOf(providers: ReadonlyMap<string, ImageProvider>): readonly ImageModelFacts[] {
  const theirs = [...providers.values()].flatMap((provider) =>
    // A first frame has a scene, so a model without references makes none.
    provider.models.filter(({ maxReferences }) => maxReferences > 0).map((model) => factsOf(provider, model)),
  );
  return [COMPOSITOR, ...theirs];
}

function factsOf(provider: ImageProvider, model: ImageModel): ImageModelFacts {
  const maxCharacters = Math.min(MAX_CHARACTERS, model.maxReferences - 1);
  return {
    provider: provider.name,
    model: model.name,
    isDefault: model.isDefault,
    maxCharacters,
    // The scene stays a picture of its own.
    maxCharactersWithCollage: maxCharacters > 0 ? MAX_CHARACTERS : 0,
    // Whatever size a model makes is brought to the wanted one.
    minSidePixels: FRAME_SIDE_PX.min,
    maxSidePixels: FRAME_SIDE_PX.max,
    seeded: model.isDeterministic,
    generative: true,
    referenceTypes: model.referenceTypes,
    referenceEncoding: model.referenceEncoding,
    maxReferenceBytes: model.maxReferenceBytes ?? Infinity,
    revision: provider.revisionOf(model.name),
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

/** How many characters a request may have with a model. */
export function maxCharactersOf(
  model: ImageModelFacts,
  { allowCollage = false }: { readonly allowCollage?: boolean | undefined },
): number {
  return allowCollage ? model.maxCharactersWithCollage : model.maxCharacters;
}
