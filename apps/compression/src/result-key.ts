import { createHash } from 'node:crypto';
import type { PoolOptions } from './compression-options.ts';

/**
 * The key of a result: everything that it depends on, and nothing else. It needs the digest of bytes that the caller has
 * sent, so a hit gives nobody what they do not have.
 * @param version of the code, see `codeVersion`
 */
export function resultKey(version: string, sourceSha256: string, options: PoolOptions): string {
  return createHash('sha256')
    .update(JSON.stringify([version, sourceSha256, canonical(options)]))
    .digest('hex');
}

/** Equal for options that ask for the same. The order of formats counts: AVIF is taken when it stands first. */
function canonical(options: PoolOptions): unknown[] {
  const normal = {
    ...options,
    background: options.background.toLowerCase(),
    acceptedFormats: [...new Set(options.acceptedFormats)],
  };
  return Object.entries(normal).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
