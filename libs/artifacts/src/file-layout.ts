import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { tenantFolderName } from './artifact-names.ts';

/** The two files of an artifact, in a folder of their own so that both appear in one rename. */
export const CONTENT_FILE = 'content';
export const ABOUT_FILE = 'about.json';

/**
 * Where things lie, all on one file system:
 * `artifacts/<tenant>/<2 digits>/<sha256>/` finished; `uploads/<tenant>/<upload id>/` resumable; `incoming/<random>/` being
 * written or being removed.
 */
export interface FileLayout {
  readonly root: string;
  readonly incoming: string;
  readonly uploads: string;
  artifact(tenant: string, sha256: string): string;
  upload(tenant: string, uploadId: string): string;
  /** A fresh name on every call. */
  newIncoming(): string;
}

export function createFileLayout(root: string): FileLayout {
  const incoming = path.join(root, 'incoming');
  const uploads = path.join(root, 'uploads');
  return {
    root,
    incoming,
    uploads,
    artifact: (tenant, sha256) => path.join(root, 'artifacts', tenantFolderName(tenant), sha256.slice(0, 2), sha256),
    upload: (tenant, uploadId) => path.join(uploads, tenantFolderName(tenant), uploadId),
    newIncoming: () => path.join(incoming, randomUUID()),
  };
}
