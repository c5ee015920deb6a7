import { ATTR, stage, STAGES } from '@framesong/telemetry';
import type { ArtifactRef, ArtifactStore } from './artifact-store.ts';

/** Makes every write to the store a stage that shows digest, size and media type. */
export function createTracedArtifactStore(store: ArtifactStore): ArtifactStore {
  const traced = (write: () => Promise<ArtifactRef>): Promise<ArtifactRef> =>
    stage(STAGES.storeArtifact.name, {}, async (span) => {
      const ref = await write();
      span.setAttributes({
        [ATTR.artifactDigest]: ref.digest,
        [ATTR.artifactSize]: ref.sizeBytes,
        [ATTR.artifactMediaType]: ref.mediaType,
      });
      return ref;
    });
  return {
    ...store,
    put: (tenant, source, options) => traced(() => store.put(tenant, source, options)),
    openUpload: async (tenant, uploadId) => {
      const upload = await store.openUpload(tenant, uploadId);
      return { ...upload, commit: (commit) => traced(() => upload.commit(commit)) };
    },
  };
}
