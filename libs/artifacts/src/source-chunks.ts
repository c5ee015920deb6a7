import { errorOfSignal, throwIfAborted } from '@framesong/errors';
import type { ArtifactSource } from './artifact-store.ts';

/** The pieces of a source; ends with what the signal stands for even while the source is silent. */
export async function* sourceChunks(
  source: ArtifactSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  throwIfAborted(signal);
  if (source instanceof Uint8Array || Buffer.isBuffer(source)) {
    yield source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined);
  const onAbort = (): void => aborted.reject(errorOfSignal(signal!));
  signal?.addEventListener('abort', onAbort, { once: true });
  let finished = false;
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted.promise]);
      finished = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    // Not awaited: a generator that hangs in its own wait returns only when that ends.
    if (!finished) void iterator.return?.().then(undefined, () => undefined);
  }
}
