import type { ArtifactRef } from '@framesong/artifacts';
import type { ArtifactRef as ArtifactMessage } from '@framesong/contracts/artifact/v1/artifact';

/** The wire form of an artifact's name. */
export function artifactMessage({ digest, sizeBytes, mediaType, uri }: ArtifactRef): ArtifactMessage {
  return { digest, sizeBytes: BigInt(sizeBytes), mediaType, uri };
}
