import type { FieldViolation } from '@framesong/errors';
import type { ImageModel } from './image-model.ts';
import type { ImageBytes, ImageProviderReference } from './image-provider.ts';
import type { NamedPicture } from './prompt-text.ts';

/**
 * One picture of several, each whole and with its label below, in reading order, for a model that takes fewer references: JPEG,
 * which every model takes that takes several. The app brings the pixels.
 */
export type MakeCollage = (
  pictures: readonly { readonly label: string; readonly bytes: Uint8Array; readonly mediaType: string }[],
  signal: AbortSignal,
) => Promise<ImageBytes>;

/** The pictures to be sent, in order: each one reference, or all characters together. */
export interface ReferencePlan {
  readonly pictures: readonly PlannedPicture[];
  readonly violations: readonly FieldViolation[];
  readonly warnings: readonly string[];
}

/** One picture to be sent. */
export interface PlannedPicture extends NamedPicture {
  /** One; several for a collage. */
  readonly shows: readonly ImageProviderReference[];
}

/** Every reference is sent, in the order given, or a violation says what to do. None is ever left out. */
export function negotiateReferences(
  model: ImageModel,
  references: readonly ImageProviderReference[],
  { allowCollage, canCollage }: { readonly allowCollage: boolean; readonly canCollage: boolean },
): ReferencePlan {
  const violations = references.flatMap((reference, index) => faultsOf(model, reference, index));
  const single = references.map((reference): PlannedPicture => picture(reference));
  if (references.length < model.minReferences) {
    violations.push({
      field: 'references',
      description: `${model.name} works from at least ${model.minReferences} reference and got ${references.length}: give one or choose a model that works from words alone`,
    });
  }
  if (references.length <= model.maxReferences) return { pictures: single, violations, warnings: [] };
  const characters = references.filter(({ role }) => role === 'character');
  const others = single.filter(({ role }) => role !== 'character');
  const fits = characters.length > 1 && others.length + 1 <= model.maxReferences;
  if (allowCollage && canCollage && fits) {
    const collage: PlannedPicture = { role: 'collage', names: characters.map(({ name }) => name), shows: characters };
    const warning = `${model.name} takes ${model.maxReferences} references: the ${characters.length} characters are sent as one labelled picture`;
    return { pictures: [...others, collage], violations, warnings: [warning] };
  }
  const advice = fits && canCollage ? ', or set allow_collage: the characters then share one labelled picture' : '';
  const most = `${model.name} takes at most ${model.maxReferences} references and got ${references.length}`;
  violations.push({ field: 'references', description: `${most}: leave some out, choose another model${advice}` });
  return { pictures: single, violations, warnings: [] };
}

function faultsOf(
  model: ImageModel,
  { role, mediaType, bytes }: ImageProviderReference,
  index: number,
): FieldViolation[] {
  const field = `references[${index}]`;
  const { referenceTypes, maxReferenceBytes = Infinity, maxReferences } = model;
  if (maxReferences === 0) return [];
  return [
    ...(model.roles.includes(role)
      ? []
      : [{ field, description: `${model.name} takes no ${role}: it takes ${model.roles.join(', ')}` }]),
    ...(referenceTypes.includes(mediaType)
      ? []
      : [{ field, description: `is ${mediaType}, and ${model.name} takes ${referenceTypes.join(', ')}` }]),
    ...(bytes.byteLength <= maxReferenceBytes
      ? []
      : [
          {
            field,
            description: `has ${bytes.byteLength} bytes, and ${model.name} takes at most ${maxReferenceBytes}: compress it`,
          },
        ]),
  ];
}

function picture(reference: ImageProviderReference): PlannedPicture {
  return { role: reference.role, names: reference.name === '' ? [] : [reference.name], shows: [reference] };
}
