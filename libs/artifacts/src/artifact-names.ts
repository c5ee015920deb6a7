import { createHash } from 'node:crypto';
import { FramesongError, invalidField } from '@framesong/errors';
import type { ArtifactRef } from './artifact-store.ts';

const DIGEST = /^sha256:([0-9a-f]{64})$/;
const UPLOAD_ID = /^[A-Za-z0-9_-]{1,64}$/;
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(?:; ?[\w.+-]+=[\w.+-]+)*$/;
const LONGEST_MEDIA_TYPE = 127;

/** The reference of content whose SHA-256 is `sha256` in hex. */
export function artifactRef(sha256: string, sizeBytes: number, mediaType: string): ArtifactRef {
  const digest = `sha256:${sha256}`;
  return { digest, sizeBytes, mediaType, uri: `framesong://artifacts/${digest}` };
}

/** The hexadecimal digits of a digest. @throws FramesongError INVALID_ARGUMENT `DIGEST_INVALID`. */
export function hexOfDigest(digest: string): string {
  const hex = DIGEST.exec(digest)?.[1];
  if (hex === undefined) {
    throw invalidField('digest', 'must be sha256: and 64 lower-case hexadecimal digits').with({
      reason: 'DIGEST_INVALID',
    });
  }
  return hex;
}

/** A folder name for a tenant: says nothing about it, and no name can lead out of its folder. */
export function tenantFolderName(tenant: string): string {
  return createHash('sha256').update(`tenant:${tenant}`).digest('hex').slice(0, 32);
}

/** @throws FramesongError INVALID_ARGUMENT. */
export function checkUploadId(uploadId: string): void {
  if (!UPLOAD_ID.test(uploadId)) throw invalidField('upload_id', 'must be 1 to 64 letters, digits, - or _');
}

/** @throws FramesongError INVALID_ARGUMENT. */
export function checkMediaType(mediaType: string): void {
  if (mediaType.length > LONGEST_MEDIA_TYPE || !MEDIA_TYPE.test(mediaType)) {
    throw invalidField('media_type', `must be like image/png, in at most ${LONGEST_MEDIA_TYPE} characters`);
  }
}

/** NOT_FOUND for a digest; the same text whether another tenant has it or nobody. */
export function artifactNotFound(digest: string): FramesongError {
  return new FramesongError(`artifact ${digest} does not exist for this tenant: upload it first`, {
    code: 'NOT_FOUND',
    reason: 'ARTIFACT_NOT_FOUND',
    resource: { type: 'artifact', name: digest },
  });
}
