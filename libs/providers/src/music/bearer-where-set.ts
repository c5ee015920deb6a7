import type { HttpClientOptions } from '../http/http-client-options.ts';
import { createKeySource, type KeyLocation } from '../http/key-source.ts';

/** Says the key with each call, for servers that may have one; nothing where none is set. */
export function bearerWhereSet(key: KeyLocation): Pick<HttpClientOptions, 'authorize'> {
  if (!key.value && !key.file) return {};
  const source = createKeySource(key);
  return {
    authorize: async () => {
      const secret = await source.current();
      return { headers: { authorization: `Bearer ${secret.reveal()}` }, secret };
    },
  };
}
