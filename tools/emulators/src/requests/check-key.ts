import { refused } from './request-refused.ts';

/** @param scheme `Bearer`, `Key`. */
export function checkKey(headers: Readonly<Record<string, string>>, key: string, scheme = 'Bearer'): void {
  const sent = headers['authorization'];
  const isRight = key === '' ? sent?.startsWith(`${scheme} `) : sent === `${scheme} ${key}`;
  if (isRight !== true) throw refused(401, 'UNAUTHORIZED', 'invalid api key');
}
