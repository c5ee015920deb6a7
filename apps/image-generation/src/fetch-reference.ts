import type { ArtifactStore } from '@framesong/artifacts';
import type { PictureRef } from './first-frame-input.ts';
import type { DownloadedReference, ReferenceDownloads } from './reference-downloads.ts';
import { forReference } from './reference-error.ts';
import type { RoledReference } from './references-of.ts';

/** What fetching needs. */
export interface FetchParts {
  readonly artifacts: ArtifactStore;
  readonly downloads: ReferenceDownloads;
}

/** A reference that lies in the artifact store. */
export interface FetchedReference {
  readonly picture: PictureRef;
  /** Absent for one that was uploaded. */
  readonly cache?: DownloadedReference['cache'];
}

/** Brings one reference into the artifact store: one that was uploaded is there already, a URL is downloaded. */
export function fetchReference(
  { artifacts, downloads }: FetchParts,
  tenant: string,
  reference: RoledReference,
  signal: AbortSignal,
): Promise<FetchedReference> {
  const source = reference.reference;
  return forReference(reference, async () =>
    source.kind === 'artifact'
      ? { picture: await artifacts.stat(tenant, source.digest) }
      : downloads.download(tenant, source.url, signal),
  );
}
