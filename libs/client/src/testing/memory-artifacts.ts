import { createHash } from 'node:crypto';
import {
  ArtifactServiceService,
  type ReadArtifactResponse,
  type WriteArtifactRequest,
  type WriteArtifactResponse,
} from '@framesong/contracts/artifact/v1/artifact_service';
import { FramesongError, notFound, unavailable } from '@framesong/errors';
import { bindService } from '@framesong/rpc';

/** An artifact service in memory. */
export interface MemoryArtifacts {
  readonly binding: ReturnType<typeof bindService>;
  /** Offsets that uploads and downloads began at, in order. */
  readonly offsets: number[];
  readonly stored: ReadonlyMap<string, Buffer>;
  /** Content that came in chunks, repeats included. */
  receivedBytes(): number;
}

/** An artifact service in memory that keeps the parts of broken uploads, and tells what it was sent. */
export function createMemoryArtifacts(options: { readonly losesFirstAnswer?: boolean } = {}): MemoryArtifacts {
  const parts = new Map<string, Buffer>();
  const stored = new Map<string, Buffer>();
  const offsets: number[] = [];
  let receivedBytes = 0;
  let answersToLose = options.losesFirstAnswer ? 1 : 0;

  async function write(requests: AsyncIterable<WriteArtifactRequest>): Promise<WriteArtifactResponse> {
    let uploadId = '';
    for await (const { part } of requests) {
      if (part?.$case === 'header') {
        uploadId = part.value.uploadId;
        offsets.push(Number(part.value.offset));
        const end = parts.get(uploadId)?.length ?? 0;
        if (end !== Number(part.value.offset)) throw wrongOffset(end);
      } else if (part?.$case === 'chunk') {
        receivedBytes += part.value.length;
        parts.set(uploadId, Buffer.concat([parts.get(uploadId) ?? Buffer.of(), part.value]));
      } else if (part) {
        const content = parts.get(uploadId) ?? Buffer.of();
        const sha256 = createHash('sha256').update(content).digest('hex');
        if (sha256 !== part.value.sha256)
          throw new FramesongError('other bytes', { code: 'DATA_LOSS', reason: 'TEST' });
        stored.set(`sha256:${sha256}`, content);
        if (answersToLose-- > 0) throw unavailable('the answer is lost', 'TEST', 1);
        return { artifact: refOf(content) };
      }
    }
    throw new FramesongError('no commit', { code: 'INVALID_ARGUMENT', reason: 'TEST' });
  }

  async function* read(digest: string, offset: number): AsyncGenerator<ReadArtifactResponse> {
    const content = stored.get(digest);
    if (!content) throw notFound('artifact', digest, 'upload it');
    offsets.push(offset);
    yield await Promise.resolve({ artifact: refOf(content), chunk: Buffer.of() });
    for (let at = offset; at < content.length; at += 65_536) {
      yield { artifact: undefined, chunk: content.subarray(at, at + 65_536) };
    }
  }

  return {
    binding: bindService(ArtifactServiceService, {
      writeArtifact: (requests) => write(requests),
      readArtifact: ({ digest, offset }) => read(digest, Number(offset)),
      statArtifact: ({ digest }) => Promise.reject(notFound('artifact', digest, 'upload it')),
    }),
    offsets,
    stored,
    receivedBytes: () => receivedBytes,
  };
}

function wrongOffset(end: number): FramesongError {
  return new FramesongError('go on elsewhere', {
    code: 'OUT_OF_RANGE',
    reason: 'UPLOAD_OFFSET',
    metadata: { offset: String(end) },
  });
}

function refOf(content: Buffer) {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return { digest, sizeBytes: BigInt(content.length), mediaType: 'application/octet-stream', uri: '' };
}
