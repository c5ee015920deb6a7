import type { ArtifactStore } from '@framesong/artifacts';
import { FramesongError } from '@framesong/errors';

/**
 * Whether every artifact that a stored value names by its digest, however deep inside, is there for the tenant.
 * @throws FramesongError of the store, other than that one is missing or damaged
 */
export async function hasEveryArtifact(artifacts: ArtifactStore, tenant: string, value: unknown): Promise<boolean> {
  const found = await Promise.all([...digestsIn(value)].map((digest) => isThere(artifacts, tenant, digest)));
  return found.every(Boolean);
}

function digestsIn(value: unknown, digests = new Set<string>()): Set<string> {
  if (typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)) digests.add(value);
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) digestsIn(inner, digests);
  return digests;
}

async function isThere(artifacts: ArtifactStore, tenant: string, digest: string): Promise<boolean> {
  try {
    await artifacts.stat(tenant, digest);
    return true;
  } catch (thrown) {
    if (thrown instanceof FramesongError && (thrown.code === 'NOT_FOUND' || thrown.code === 'DATA_LOSS')) return false;
    throw thrown;
  }
}
