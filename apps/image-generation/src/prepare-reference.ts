import type { ArtifactStore } from '@framesong/artifacts';
import type { CompressImages } from './compress-images.ts';
import type { PictureRef, UsedReferenceFacts } from './first-frame-input.ts';
import { forReference } from './reference-error.ts';
import type { RoledReference } from './references-of.ts';

/** What preparing needs. */
export interface PrepareParts {
  readonly artifacts: ArtifactStore;
  readonly compressImages: CompressImages;
}

/** Brings one reference under its budget by a call to the compression service and stores what came back. */
export function prepareReference(
  { artifacts, compressImages }: PrepareParts,
  tenant: string,
  reference: RoledReference,
  source: PictureRef,
  { accepted, signal }: { readonly accepted: readonly string[]; readonly signal: AbortSignal },
): Promise<UsedReferenceFacts> {
  return forReference(reference, async () => {
    const { chunks } = await artifacts.get(tenant, source.digest, { signal });
    const { bytes, mediaType } = await compressImages(chunks, source, { accepted, signal });
    const prepared = await artifacts.put(tenant, bytes, { mediaType, signal });
    return { role: reference.role, characterId: reference.characterId, source, prepared };
  });
}
