import type { UnreferencedOptions } from './remove-unreferenced.ts';

/** Names one stored file by its content. Scoped to the tenant that stored it: knowing a digest grants nothing. */
export interface ArtifactRef {
  /** `sha256:` and 64 lower-case hexadecimal digits. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** `framesong://artifacts/<digest>`: never a path of this machine. */
  readonly uri: string;
}

/** Content as it comes: whole, or piece by piece. */
export type ArtifactSource = Uint8Array | AsyncIterable<Uint8Array>;

/** What is known about content that is put. */
export interface PutOptions {
  /** Media type, for example `image/png`. Stored as given: find it from the content before. */
  readonly mediaType: string;
  /** DATA_LOSS when another number of bytes arrives. */
  readonly expectedSizeBytes?: number | undefined;
  /** 64 hexadecimal digits; DATA_LOSS when other content arrives. */
  readonly expectedSha256?: string | undefined;
  /** Smaller limit than the store's own. */
  readonly maxSizeBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Which part of an artifact is read. */
export interface ReadRange {
  /** First byte. Default 0. */
  readonly offset?: number | undefined;
  /** How many bytes at most. Default and 0: to the end. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An artifact that is being read. Nothing is held open until `chunks` is iterated. */
export interface StoredArtifact {
  /** Describes the whole artifact, whatever the range. */
  readonly ref: ArtifactRef;
  /** The bytes in order, at most 64 KiB each. Throws DATA_LOSS before its last chunk when the whole does not match its digest. */
  readonly chunks: AsyncIterable<Buffer>;
}

/** What ends an upload: the caller states what it has sent. */
export interface UploadCommit {
  readonly sizeBytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly mediaType: string;
}

/** An upload that survives a broken connection and a restart of the service, until it is swept. */
export interface ArtifactUpload {
  /** Where the stored part ends, and so where the next byte belongs. */
  offset(): Promise<number>;
  /**
   * Adds bytes and returns the new offset. When the source or the signal ends it early, what has arrived stays.
   * A newer call for the same upload ends an older one with ABORTED `UPLOAD_SUPERSEDED`.
   * @throws FramesongError OUT_OF_RANGE `UPLOAD_OFFSET` (metadata `offset`) when `offset` is not where the stored part ends;
   * INVALID_ARGUMENT `ARTIFACT_TOO_LARGE`; the storage errors of {@link ArtifactStore.put}.
   */
  append(offset: number, source: ArtifactSource, signal?: AbortSignal): Promise<number>;
  /**
   * Makes the artifact. The upload is gone afterwards, also when it fails with DATA_LOSS.
   * @throws FramesongError DATA_LOSS `ARTIFACT_SIZE_MISMATCH` or `ARTIFACT_DIGEST_MISMATCH`; INVALID_ARGUMENT `ARTIFACT_EMPTY`.
   */
  commit(commit: UploadCommit): Promise<ArtifactRef>;
  /** Forgets what has arrived. */
  discard(): Promise<void>;
}

/** Files by content, each tenant in a room of its own. */
export interface ArtifactStore {
  /**
   * Stores content and returns only when it is safe on disk. A repeat is safe and changes nothing: the first media type stays.
   * @throws FramesongError INVALID_ARGUMENT `ARTIFACT_TOO_LARGE`, `ARTIFACT_EMPTY`; DATA_LOSS `ARTIFACT_SIZE_MISMATCH`,
   * `ARTIFACT_DIGEST_MISMATCH`; RESOURCE_EXHAUSTED `STORAGE_FULL`; FAILED_PRECONDITION `STORAGE_READ_ONLY`,
   * `STORAGE_UNUSABLE`; what the signal stands for; whatever the source throws. Then nothing is kept.
   */
  put(tenant: string, source: ArtifactSource, options: PutOptions): Promise<ArtifactRef>;
  /**
   * @throws FramesongError NOT_FOUND `ARTIFACT_NOT_FOUND`; OUT_OF_RANGE `ARTIFACT_RANGE` when `offset` is beyond the end;
   * DATA_LOSS `ARTIFACT_DAMAGED`; INVALID_ARGUMENT `DIGEST_INVALID`.
   */
  get(tenant: string, digest: string, range?: ReadRange): Promise<StoredArtifact>;
  /** @throws FramesongError NOT_FOUND, DATA_LOSS, INVALID_ARGUMENT as for {@link get}. */
  stat(tenant: string, digest: string): Promise<ArtifactRef>;
  /** False when there was none. */
  delete(tenant: string, digest: string): Promise<boolean>;
  /**
   * Begins an upload or goes on with one.
   * @param uploadId chosen by the caller: 1 to 64 letters, digits, `-`, `_`.
   */
  openUpload(tenant: string, uploadId: string): Promise<ArtifactUpload>;
  /** Removes what crashes and abandoned uploads have left behind; returns how many. */
  sweep(): Promise<number>;
  /**
   * Removes finished artifacts that nothing refers to and that were neither stored nor read for a while; putting, reading
   * and `stat` count as use. Returns how many; undefined when another process has just done it.
   */
  removeUnreferenced(options: UnreferencedOptions): Promise<number | undefined>;
}
