import { randomUUID } from 'node:crypto';
import type { ArtifactRef } from '@framesong/contracts/artifact/v1/artifact';
import type {
  UploadCommit,
  WriteArtifactHeader,
  WriteArtifactRequest,
} from '@framesong/contracts/artifact/v1/artifact_service';
import { FramesongError, toFramesongError } from '@framesong/errors';
import type { CallOptions } from '@framesong/rpc';
import { chunksOf, commitOf, type UploadSource } from './content-source.ts';
import type { ArtifactClient } from './framesong.ts';
import { remainingTime } from './remaining-time.ts';
import { isPassing, retryDelay } from './retry.ts';

const MAX_TRIES = 5;

/**
 * Uploads bytes or a file in chunks and returns its name. A broken connection is resumed where the service's part ends;
 * `timeoutMs` holds for all tries together.
 * @param options `mediaType` is what the caller takes it for; the service looks at images itself
 * @throws FramesongError as WriteArtifact; INVALID_ARGUMENT for a file that cannot be read; UNAVAILABLE after five tries in a
 *   row that brought nothing
 */
export async function uploadArtifact(
  artifacts: ArtifactClient,
  source: UploadSource,
  options: CallOptions & { readonly mediaType?: string } = {},
): Promise<ArtifactRef> {
  const { mediaType = '', ...callOptions } = options;
  const time = remainingTime(callOptions);
  const uploadId = randomUUID();
  const commit = await commitOf(source);
  let known = 0;
  let offset = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      const { artifact } = await artifacts.writeArtifact(
        messages(source, { mediaType, uploadId, offset: BigInt(offset) }, commit),
        time.options(),
      );
      if (artifact) return artifact;
      throw new FramesongError('the service returned no artifact', { code: 'INTERNAL', reason: 'NO_ARTIFACT' });
    } catch (thrown) {
      const error = toFramesongError(thrown);
      const stored = storedPart(error);
      if (stored === undefined) {
        if (!isPassing(error) || attempt === MAX_TRIES) throw error;
        await retryDelay(attempt, error, options.signal, time);
        // From its end on there is nothing to send: the service takes the commit, or says where its part ends.
        offset = Number(commit.sizeBytes);
        continue;
      }
      if (stored > known) attempt = 1;
      else if (attempt === MAX_TRIES) throw error;
      known = offset = stored;
    }
  }
}

/** Where the service says that its part of the upload ends. */
function storedPart(error: FramesongError): number | undefined {
  const told = error.code === 'OUT_OF_RANGE' ? Number(error.metadata['offset']) : NaN;
  return Number.isSafeInteger(told) ? told : undefined;
}

async function* messages(
  source: UploadSource,
  header: WriteArtifactHeader,
  commit: UploadCommit,
): AsyncGenerator<WriteArtifactRequest> {
  yield { part: { $case: 'header', value: header } };
  for await (const chunk of chunksOf(source, Number(header.offset))) yield { part: { $case: 'chunk', value: chunk } };
  yield { part: { $case: 'commit', value: commit } };
}
