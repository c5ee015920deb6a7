import type { ArtifactStore } from '@framesong/artifacts';
import type { ReferenceFetcher } from '@framesong/providers';
import type { PictureRef } from './first-frame-input.ts';
import { forReference } from './reference-error.ts';
import type { RoledReference } from './references-of.ts';

/** What fetching needs. */
export interface FetchParts {
  readonly artifacts: ArtifactStore;
  readonly references: ReferenceFetcher;
}

/** A reference that lies in the artifact store. */
export interface FetchedReference {
  readonly picture: PictureRef;
}

/** Brings one reference into the artifact store: one that was uploaded is there already, a URL is downloaded. */
export function fetchReference(
  { artifacts, references }: FetchParts,
  tenant: string,
  reference: RoledReference,
  signal: AbortSignal,
): Promise<FetchedReference> {
  const source = reference.reference;
  return forReference(reference, async () => {
    if (source.kind === 'artifact') return { picture: await artifacts.stat(tenant, source.digest) };
    const { bytes, mediaType } = await references.fetchReference(source.url, { signal });
    return { picture: await artifacts.put(tenant, bytes, { mediaType, signal }) };
  });
}
