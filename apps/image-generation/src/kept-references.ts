import type { ConfirmedPreview, UsedReferenceFacts } from './first-frame-input.ts';

/**
 * The references of a preview as they were prepared for it, in the order of the request; undefined for one that the model of the
 * frame would not take, and that is prepared again.
 */
export function keptReferences(
  { references }: ConfirmedPreview,
  accepted: readonly string[],
): (UsedReferenceFacts | undefined)[] {
  return references.map((reference) => (accepted.includes(reference.prepared.mediaType) ? reference : undefined));
}
