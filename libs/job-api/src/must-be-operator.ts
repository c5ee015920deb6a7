import { FramesongError } from '@framesong/errors';
import type { CallContext } from '@framesong/rpc';

/**
 * Lets operators pass. Where callers have no identity, on loopback, anybody is one.
 * @throws FramesongError PERMISSION_DENIED
 */
export function mustBeOperator({ identity }: CallContext, why: string): void {
  if (identity === undefined) return;
  throw new FramesongError(`${identity.subject} is no operator: ${why}`, {
    code: 'PERMISSION_DENIED',
    reason: 'NOT_AN_OPERATOR',
  });
}
