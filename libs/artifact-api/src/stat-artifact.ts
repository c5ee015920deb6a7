import type { ArtifactStore } from '@framesong/artifacts';
import type { StatArtifactRequest, StatArtifactResponse } from '@framesong/contracts/artifact/v1/artifact_service';
import type { CallContext } from '@framesong/rpc';
import { artifactMessage } from './artifact-message.ts';

/** `StatArtifact`: whether it exists, how large it is, what it is. */
export async function statArtifact(
  store: ArtifactStore,
  { digest }: StatArtifactRequest,
  call: CallContext,
): Promise<StatArtifactResponse> {
  return { artifact: artifactMessage(await store.stat(call.tenant, digest)) };
}
