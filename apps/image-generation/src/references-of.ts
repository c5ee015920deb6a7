import type { FirstFrameInput, PictureRef, ReferenceInput } from './first-frame-input.ts';

/** A reference with its role. */
export interface RoledReference {
  readonly role: 'scene' | 'character' | 'draft';
  readonly characterId: string;
  /** Unique within the request; part of step names. */
  readonly label: string;
  /** Where it stands in the request, for errors. */
  readonly field: string;
  readonly reference: ReferenceInput;
}

/**
 * All references of a frame in the order in which they are told to the provider: image 1 is the scene, and the last may be the
 * preview that was confirmed.
 */
export function referencesOf(input: FirstFrameInput): RoledReference[] {
  const { confirms } = input;
  return [
    { role: 'scene', characterId: '', label: 'scene', field: 'request.scene', reference: input.scene },
    ...input.characters.map(({ id, field, reference }) => ({
      role: 'character' as const,
      characterId: id,
      label: `character ${id}`,
      field,
      reference,
    })),
    ...(confirms?.use === 'reference' ? [draftOf(confirms.image)] : []),
  ];
}

function draftOf({ digest, sizeBytes, mediaType }: PictureRef): RoledReference {
  const reference = { kind: 'artifact', digest, sizeBytes, mediaType } as const;
  return { role: 'draft', characterId: '', label: 'preview', field: 'job_id', reference };
}
