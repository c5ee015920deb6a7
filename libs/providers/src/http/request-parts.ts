import { FramesongError } from '@framesong/errors';
import type { HttpCall } from './http-call.ts';

/** The headers of a call; those that carry the key come last. */
export function headersOf(
  call: HttpCall,
  userAgent: string,
  authorization: Readonly<Record<string, string>> | undefined,
) {
  return {
    accept: 'application/json',
    // A small answer that grows without limit when it is unpacked is of no use to anybody.
    'accept-encoding': 'identity',
    'user-agent': userAgent,
    // A body that is written in pieces is announced as a whole all the same.
    ...(call.body && { 'content-type': call.body.contentType, 'content-length': String(call.body.bytes.length) }),
    ...call.headers,
    ...authorization,
  };
}

/** @throws FramesongError INTERNAL `PROVIDER_ORIGIN` for any other host: the key would go there. */
export function urlOf(baseUrl: string, { path, query }: HttpCall): URL {
  const base = new URL(baseUrl);
  const url = new URL(path.startsWith('/') ? `${baseUrl}${path}` : path);
  if (url.origin !== base.origin) {
    throw new FramesongError('a request would leave the host of its provider, with the key', {
      code: 'INTERNAL',
      reason: 'PROVIDER_ORIGIN',
      outcome: 'not_sent',
    });
  }
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  return url;
}
