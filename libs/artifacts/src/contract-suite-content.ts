import { createHash } from 'node:crypto';
import type { ArtifactRef, ArtifactStore, StoredArtifact } from './artifact-store.ts';

/** A store under test. */
export interface StoreUnderTest {
  readonly store: ArtifactStore;
  /** Limit that the store was made with. */
  readonly maxSizeBytes: number;
  /** Changes one byte of the stored content behind the store's back. */
  damage(tenant: string, ref: ArtifactRef): Promise<void>;
  close(): Promise<void>;
}

export const PNG = { mediaType: 'image/png' };

export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Bytes that differ from position to position and from seed to seed. */
export function contentOf(sizeBytes: number, seed = 1): Buffer {
  return Buffer.from(
    Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 31 + seed * 17 + (index >> 8)) % 256),
  );
}

export async function* piecesOf(content: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += pieceBytes)
    yield await Promise.resolve(content.subarray(at, at + pieceBytes));
}

export async function bytesOf(artifact: StoredArtifact): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of artifact.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}
