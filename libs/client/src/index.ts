export { addressSettings } from './address-settings.ts';
export { downloadArtifact } from './download-artifact.ts';
export {
  openFramesong,
  type ArtifactClient,
  type Framesong,
  type FramesongAddresses,
  type HealthClient,
  type JobClient,
} from './framesong.ts';
export { durationText, stageTree } from './stage-tree.ts';
export { untilServing } from './until-serving.ts';
export { uploadArtifact, type UploadSource } from './upload-artifact.ts';
export { watchJob, type WatchOptions } from './watch-job.ts';
