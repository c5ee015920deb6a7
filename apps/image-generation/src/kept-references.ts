import type { FirstFrameInput, UsedReferenceFacts } from './first-frame-input.ts';
import type { PreparationTerms } from './preparation.ts';

/** What is left at least for a preview that is sent along; else all share anew. */
const DRAFT_LEAST_BYTES = 64 * 1024;

/**
 * The references of a confirmed preview as they were prepared for it, by their place in the request. One that the frame's model
 * would not take is left out, to be prepared again; and all are, where they leave too little for the preview beside them.
 */
export function keptReferences(
  { confirms }: FirstFrameInput,
  terms: PreparationTerms,
): ReadonlyMap<number, UsedReferenceFacts> {
  const kept = new Map<number, UsedReferenceFacts>();
  let sentBytes = confirms?.use === 'reference' ? DRAFT_LEAST_BYTES : 0;
  confirms?.references.forEach((reference, index) => {
    const sizeBytes = sizeAsSent(reference.prepared.sizeBytes, terms.encoding);
    if (!terms.mediaTypes.includes(reference.prepared.mediaType) || sizeBytes > terms.budgetBytes) return;
    sentBytes += sizeBytes;
    const sending = reference.sending && { ...reference.sending, encoding: terms.encoding, sizeBytes };
    kept.set(index, { ...reference, ...(sending && { sending }) });
  });
  return sentBytes <= terms.totalBytes ? kept : new Map();
}

/** Bytes that a file counts for when it is sent. */
export function sizeAsSent(sizeBytes: number, encoding: PreparationTerms['encoding']): number {
  return encoding === 'base64' ? 4 * Math.ceil(sizeBytes / 3) : sizeBytes;
}
