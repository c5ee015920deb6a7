import { createHash } from 'node:crypto';
import { hasEveryArtifact } from '@framesong/artifact-api';
import type { ArtifactStore } from '@framesong/artifacts';
import type { ReferenceFetcher, ReferenceOrigin } from '@framesong/providers';
import { Flights } from '@framesong/result-cache';
import { ATTR, count, METRICS } from '@framesong/telemetry';
import type { PictureRef } from './first-frame-input.ts';
import { RecentMap } from './recent-map.ts';

/** What downloads are made with. */
export interface ReferenceDownloadsOptions {
  readonly artifacts: ArtifactStore;
  readonly references: ReferenceFetcher;
  /** Downloads that are remembered. */
  readonly most: number;
  /** Longest time for which a picture is used unasked, where its server allows it. */
  readonly maxFreshMs: number;
  /** Milliseconds from a fixed moment. */
  readonly now?: () => number;
}

/** A picture from outside, and whether it had to be downloaded. */
export interface DownloadedReference {
  readonly picture: PictureRef;
  /** `revalidated`: its server said that it has not changed. */
  readonly cache: 'hit' | 'miss' | 'coalesced' | 'revalidated';
}

/** Downloads reference pictures into the artifact store of a tenant; what is not needed again is not asked for again. */
export interface ReferenceDownloads {
  /** @throws FramesongError of the fetcher and of the store */
  download(tenant: string, url: string, signal: AbortSignal): Promise<DownloadedReference>;
}

interface Remembered {
  readonly picture: PictureRef;
  readonly origin: ReferenceOrigin;
  readonly freshUntilMs: number;
}

/**
 * Equal downloads that are under way at the same time are one. What was downloaded before is used again while its server said that
 * it is fresh, and after that only when the server says that it has not changed (RFC 9111). Each tenant is apart: nobody learns
 * by any speed what somebody else has asked for.
 */
export function createReferenceDownloads(options: ReferenceDownloadsOptions): ReferenceDownloads {
  const { artifacts, references, most, maxFreshMs, now = () => performance.now() } = options;
  const remembered = new RecentMap<Remembered>(most);
  const flights = new Flights<DownloadedReference>();

  async function bring(tenant: string, url: string, key: string, signal: AbortSignal): Promise<DownloadedReference> {
    const known = await stillThere(tenant, key);
    if (known && now() < known.freshUntilMs) return { picture: known.picture, cache: 'hit' };
    const askedAtMs = now();
    const answer = await (known
      ? references.refreshReference(url, known.origin, { signal })
      : references.fetchReference(url, { signal }));
    const picture = answer.bytes
      ? { ...(await artifacts.put(tenant, answer.bytes, { mediaType: answer.mediaType, signal })) }
      : known!.picture;
    const { origin } = answer;
    const canBeAsked = origin.etag !== undefined || origin.lastModified !== undefined;
    const freshForMs = Math.min(maxFreshMs, origin.freshForMs);
    if (origin.mayKeep && (canBeAsked || freshForMs > 0)) {
      remembered.set(key, { picture, origin, freshUntilMs: askedAtMs + freshForMs });
    } else remembered.delete(key);
    return { picture, cache: answer.bytes ? 'miss' : 'revalidated' };
  }

  async function stillThere(tenant: string, key: string): Promise<Remembered | undefined> {
    const known = remembered.get(key);
    return known && (await hasEveryArtifact(artifacts, tenant, known.picture)) ? known : undefined;
  }

  return {
    async download(tenant, url, signal) {
      const key = createHash('sha256')
        .update(JSON.stringify([tenant, url]))
        .digest('hex');
      const { value, joined } = await flights.join(key, (last) => bring(tenant, url, key, last), signal);
      const cache = joined ? 'coalesced' : value.cache;
      count(METRICS.cacheRequests, 1, { [ATTR.cacheName]: 'reference downloads', [ATTR.cacheResult]: cache });
      return { ...value, cache };
    },
  };
}
