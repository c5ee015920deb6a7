import net from 'node:net';
import { isPublicAddress } from './public-address.ts';
import { addressForbidden, urlInvalid } from './reference-errors.ts';

const LONGEST_URL = 4096;
/** Names that never mean a public host. RFC 6761, RFC 8375, and ICANN's reservation of `internal`. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa|localdomain)\.?$/;
const FIRST_USER_PORT = 1024;

/** Which URLs may be fetched. */
export interface UrlRules {
  readonly allowHttp: boolean;
  /** `host:port` pairs whose address is not checked, as they stand in a URL: `127.0.0.1:8080`, `[::1]:80`. */
  readonly allowed: ReadonlySet<string>;
}

/** Whether the owner of this installation has named host and port of the URL. */
export function isAllowListed(url: URL, { allowed }: UrlRules): boolean {
  return allowed.has(`${url.hostname}:${portOf(url)}`);
}

/**
 * Parses and checks what can be known without DNS. The URL parser brings decimal, octal, hexadecimal and shortened IPv4
 * forms, full-width digits and the like into one form, so what is checked here is what is connected to.
 * @param base for redirects.
 * @throws FramesongError INVALID_ARGUMENT `REFERENCE_URL_INVALID` or `REFERENCE_ADDRESS_FORBIDDEN`.
 */
export function checkReferenceUrl(text: string, rules: UrlRules, base?: URL): URL {
  if (text.length > LONGEST_URL) throw urlInvalid(`must be at most ${LONGEST_URL} characters`);
  const url = URL.parse(text, base?.href);
  if (!url?.hostname) throw urlInvalid('must be a complete https URL');
  if (url.protocol !== 'https:' && !(rules.allowHttp && url.protocol === 'http:')) {
    throw urlInvalid(`must begin with https://${rules.allowHttp ? ' or http://' : ''}`);
  }
  if (url.username !== '' || url.password !== '') throw urlInvalid('must not hold a user name or password');
  url.hash = '';
  if (isAllowListed(url, rules)) return url;
  if (portOf(url) < FIRST_USER_PORT && url.port !== '') {
    throw urlInvalid(`must not name port ${url.port}: below ${FIRST_USER_PORT} only the port of its scheme is allowed`);
  }
  const host = hostOf(url);
  if (LOCAL_NAME.test(host) || (net.isIP(host) !== 0 && !isPublicAddress(host))) throw addressForbidden(url.hostname);
  return url;
}

/** The host without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}
