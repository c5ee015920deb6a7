import { FramesongError, toFramesongError } from '@framesong/errors';
import type { CallOptions } from '@framesong/rpc';
import type { ArtifactClient } from './framesong.ts';
import { remainingTime } from './remaining-time.ts';
import { isPassing, retryDelay } from './retry.ts';

const MAX_TRIES = 5;

/**
 * The content of an artifact piece by piece, in order. A broken connection is resumed where it stopped; `timeoutMs` holds
 * for all tries together.
 * @throws FramesongError as ReadArtifact; UNAVAILABLE after five tries without a byte
 */
export async function* downloadArtifact(
  artifacts: ArtifactClient,
  digest: string,
  options: CallOptions = {},
): AsyncGenerator<Buffer> {
  const time = remainingTime(options);
  let offset = 0;
  let sizeBytes: number | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      const request = { digest, offset: BigInt(offset), limit: 0n };
      for await (const { artifact, chunk } of artifacts.readArtifact(request, time.options())) {
        if (artifact) sizeBytes = Number(artifact.sizeBytes);
        if (chunk.length === 0) continue;
        offset += chunk.length;
        attempt = 1;
        yield chunk;
      }
      if (offset === sizeBytes) return;
      throw new FramesongError(`${offset} of ${sizeBytes ?? 'unknown'} bytes came`, {
        code: 'UNAVAILABLE',
        reason: 'CUT',
      });
    } catch (thrown) {
      const error = toFramesongError(thrown);
      if (!isPassing(error) || attempt === MAX_TRIES) throw error;
      await retryDelay(attempt, error, options.signal, time);
    }
  }
}
