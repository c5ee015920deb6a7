import type { Metadata } from '@grpc/grpc-js';
import { invalidField, type FramesongError } from '@framesong/errors';

/** Request metadata by which a caller without identity names its tenant. */
export const TENANT_METADATA = 'framesong-tenant';
/** Tenant of callers that name none. */
export const DEFAULT_TENANT = 'default';

/** The tenant that the metadata names, or why it cannot be taken. */
export function tenantOf(metadata: Metadata): string | FramesongError {
  const named = metadata.get(TENANT_METADATA)[0];
  if (named === undefined) return DEFAULT_TENANT;
  if (typeof named === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(named)) return named;
  return invalidField(TENANT_METADATA, 'must be 1 to 64 letters, digits and ._- and begin with a letter or digit');
}
