import type { ArtifactStore } from '@framesong/artifacts';

/** The whole content of an artifact; only for what is known to be small. */
export async function bytesOf(
  artifacts: ArtifactStore,
  tenant: string,
  digest: string,
  signal: AbortSignal,
): Promise<Buffer> {
  const { chunks } = await artifacts.get(tenant, digest, { signal });
  return Buffer.concat(await Array.fromAsync(chunks));
}
