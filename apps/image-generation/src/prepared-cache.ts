import { createHash } from 'node:crypto';
import { hasEveryArtifact } from '@framesong/artifact-api';
import type { ArtifactStore } from '@framesong/artifacts';
import { annotate, ATTR, count, METRICS } from '@framesong/telemetry';
import type { PictureRef, SendingFacts } from './first-frame-input.ts';
import type { PreparationTerms } from './preparation.ts';
import { RecentMap } from './recent-map.ts';
import type { RoledReference } from './references-of.ts';

/** A picture within its budget. */
export interface PreparedPicture {
  readonly prepared: PictureRef;
  readonly sending: SendingFacts;
}

/** Remembers what became of pictures, each tenant apart. The pictures themselves lie among the artifacts. */
export interface PreparedCache {
  /** What is remembered under a key of {@link preparedKeys}, while the picture is still there. */
  get(tenant: string, key: string): Promise<PreparedPicture | undefined>;
  set(key: string, picture: PreparedPicture): void;
}

/** At most so many are remembered: those that were used last. */
export function createPreparedCache(artifacts: ArtifactStore, most: number): PreparedCache {
  const pictures = new RecentMap<PreparedPicture>(most);
  return {
    async get(tenant, key) {
      const known = pictures.get(key);
      // Looking counts as use: what is remembered here is not cleared up there.
      const found = known && (await hasEveryArtifact(artifacts, tenant, known.prepared)) ? known : undefined;
      if (known && !found) pictures.delete(key);
      const result = { [ATTR.cacheName]: 'prepared references', [ATTR.cacheResult]: found ? 'hit' : 'miss' };
      annotate(result);
      count(METRICS.cacheRequests, 1, result);
      return found;
    },
    set: (key, picture) => pictures.set(key, picture),
  };
}

/**
 * The key of each reference: all that its prepared picture depends on. Where each may take the most that one may, the others do not
 * count; where they share what there is, all of them do.
 */
export function preparedKeys(
  tenant: string,
  references: readonly RoledReference[],
  sources: readonly PictureRef[],
  terms: PreparationTerms,
): readonly string[] {
  const isShared = terms.budgetBytes * references.length > terms.totalBytes;
  const others = isShared && [terms.totalBytes, references.map(({ role }, index) => [role, sources[index]!.digest])];
  const { budgetBytes, maxSidePixels, mediaTypes, encoding } = terms;
  return sources.map(({ digest }, index) => {
    const role = isShared && references[index]!.role;
    const parts = [tenant, digest, role, budgetBytes, maxSidePixels, mediaTypes, encoding, others];
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  });
}
