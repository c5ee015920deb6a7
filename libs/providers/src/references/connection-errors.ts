import { FramesongError } from '@framesong/errors';
import { refused, unreachable } from './reference-errors.ts';

/** OpenSSL's and Node's names for certificates that do not hold; a repeat changes nothing. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_SSL|^ERR_TLS|HOSTNAME_MISMATCH/;

/** What went wrong below HTTP, in words for the caller; an error of ours stays what it is, also inside another. */
export function connectionError(url: URL, thrown: unknown): FramesongError {
  for (let error = thrown; error !== undefined && error !== null; error = (error as { cause?: unknown }).cause) {
    if (error instanceof FramesongError) return error;
  }
  const code = codeOf(thrown);
  if (CERTIFICATE.test(code)) return refused(url, `cannot be trusted (${code})`, { tls: code });
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return unreachable(url, 'did not accept a connection in time', thrown);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return unreachable(url, 'has a host name that is not known', thrown);
  return unreachable(url, 'could not be downloaded: the connection failed', thrown);
}

function codeOf(thrown: unknown): string {
  const { code, errors } = thrown as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  // All addresses of a name were tried in vain.
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : '';
}
