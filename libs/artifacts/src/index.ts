export type {
  ArtifactRef,
  ArtifactSource,
  ArtifactStore,
  ArtifactUpload,
  PutOptions,
  ReadRange,
  StoredArtifact,
  UploadCommit,
} from './artifact-store.ts';
export { createFileArtifactStore, type FileArtifactStoreOptions } from './file-artifact-store.ts';
export { type ArtifactReference } from './remove-unreferenced.ts';
export { artifactSettings } from './settings.ts';
export { createTracedArtifactStore } from './traced-artifact-store.ts';
