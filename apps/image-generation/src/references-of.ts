import type { FirstFrameInput, ReferenceInput } from './first-frame-input.ts';

/** A reference with its role: the scene first, then the characters in their order. */
export interface RoledReference {
  readonly role: 'scene' | 'character';
  readonly characterId: string;
  /** Unique within the request; part of step names. */
  readonly label: string;
  /** Where it stands in the request, for errors. */
  readonly field: string;
  readonly reference: ReferenceInput;
}

/** All references of a frame in the order in which they are told to the provider: image 1 is the scene. */
export function referencesOf(input: FirstFrameInput): RoledReference[] {
  return [
    { role: 'scene', characterId: '', label: 'scene', field: 'request.scene', reference: input.scene },
    ...input.characters.map(({ id, field, reference }) => ({
      role: 'character' as const,
      characterId: id,
      label: `character ${id}`,
      field,
      reference,
    })),
  ];
}
