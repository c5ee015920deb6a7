import { isIP } from 'node:net';
import { FramesongError } from '@framesong/errors';

/**
 * Refuses to listen in plaintext where others than this machine can connect, unless that was asked for: whoever reaches the
 * port can name any tenant.
 * @throws FramesongError FAILED_PRECONDITION PLAINTEXT_REFUSED
 */
export function checkPlaintext(host: string, isAllowed: boolean): void {
  if (isAllowed || isLoopback(host)) return;
  throw new FramesongError(
    `${host} can be reached from other machines and the service has no TLS: listen on 127.0.0.1, or set ` +
      'FRAMESONG_RPC_PLAINTEXT=true where only trusted peers can connect, as on a private network of containers',
    { code: 'FAILED_PRECONDITION', reason: 'PLAINTEXT_REFUSED', metadata: { host } },
  );
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
