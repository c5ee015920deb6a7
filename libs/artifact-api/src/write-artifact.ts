import type { ArtifactStore, ArtifactUpload } from '@framesong/artifacts';
import type {
  UploadCommit,
  WriteArtifactHeader,
  WriteArtifactRequest,
  WriteArtifactResponse,
} from '@framesong/contracts/artifact/v1/artifact_service';
import { randomUUID } from 'node:crypto';
import { invalidField } from '@framesong/errors';
import type { CallContext } from '@framesong/rpc';
import { artifactMessage } from './artifact-message.ts';
import { sniffMediaType } from './sniff-media-type.ts';

const MAX_CHUNK_BYTES = 256 * 1024;
const HEAD_BYTES = 16;

/** `WriteArtifact`: header, chunks, commit. Without the commit nothing is kept, unless the caller named the upload. */
export async function writeArtifact(
  store: ArtifactStore,
  requests: AsyncIterable<WriteArtifactRequest>,
  call: CallContext,
): Promise<WriteArtifactResponse> {
  const parts = requests[Symbol.asyncIterator]();
  const header = await readHeader(parts);
  const upload = await store.openUpload(call.tenant, header.uploadId || randomUUID());
  try {
    const received: Received = { head: Buffer.alloc(0) };
    await upload.append(Number(header.offset), chunksUntilCommit(parts, received), call.signal);
    if (!received.commit) throw notCommitted();
    const artifact = await upload.commit({
      sizeBytes: Number(received.commit.sizeBytes),
      sha256: received.commit.sha256,
      mediaType: mediaTypeOf(header, received.head),
    });
    return { artifact: artifactMessage(artifact) };
  } catch (thrown) {
    if (!header.uploadId) await discardQuietly(upload);
    throw thrown;
  }
}

/** What an upload has told besides its content. */
interface Received {
  /** Its first bytes. */
  head: Buffer;
  commit?: UploadCommit;
}

/** A picture is what its bytes say; a resumed upload does not begin at its beginning, so its header is believed. */
function mediaTypeOf({ mediaType, offset }: WriteArtifactHeader, head: Buffer): string {
  const told = mediaType || 'application/octet-stream';
  return offset === 0n ? sniffMediaType(head, told) : told;
}

async function readHeader(parts: AsyncIterator<WriteArtifactRequest>): Promise<WriteArtifactHeader> {
  const first = await parts.next();
  const part = first.done ? undefined : first.value.part;
  if (part?.$case !== 'header') throw invalidField('header', 'must come first; send the media type in it');
  return part.value;
}

async function* chunksUntilCommit(
  parts: AsyncIterator<WriteArtifactRequest>,
  received: Received,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const next = await parts.next();
    if (next.done) throw notCommitted();
    const { part } = next.value;
    if (part?.$case === 'commit') {
      received.commit = part.value;
      return;
    }
    if (part?.$case !== 'chunk') throw invalidField('part', 'must be the header first, then chunks, then the commit');
    if (part.value.length > MAX_CHUNK_BYTES) {
      throw invalidField(
        'chunk',
        `has ${part.value.length} bytes, at most ${MAX_CHUNK_BYTES} are taken; send more chunks`,
      );
    }
    if (received.head.length < HEAD_BYTES)
      received.head = Buffer.concat([received.head, part.value]).subarray(0, HEAD_BYTES);
    yield part.value;
  }
}

function notCommitted() {
  return invalidField('commit', 'is missing: an upload without commit does not count; end it with size and digest', {
    reason: 'UPLOAD_NOT_COMMITTED',
  });
}

/** The upload failed already; what is left of it is swept later if it cannot be removed now. */
async function discardQuietly(upload: ArtifactUpload): Promise<void> {
  await upload.discard().catch(() => undefined);
}
