import type { ArtifactStore } from '@framesong/artifacts';
import type { ReadArtifactRequest, ReadArtifactResponse } from '@framesong/contracts/artifact/v1/artifact_service';
import type { CallContext } from '@framesong/rpc';
import { artifactMessage } from './artifact-message.ts';

/** `ReadArtifact`: the name first, then the content in order. */
export async function* readArtifact(
  store: ArtifactStore,
  { digest, offset, limit }: ReadArtifactRequest,
  call: CallContext,
): AsyncGenerator<ReadArtifactResponse> {
  const { ref, chunks } = await store.get(call.tenant, digest, {
    offset: Number(offset),
    limit: Number(limit),
    signal: call.signal,
  });
  yield { artifact: artifactMessage(ref), chunk: Buffer.alloc(0) };
  for await (const chunk of chunks) yield { artifact: undefined, chunk };
}
