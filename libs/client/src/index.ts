export { addressSettings } from './address-settings.ts';
export { compressImage, type CompressedImage } from './compress-image.ts';
export { type UploadSource } from './content-source.ts';
export { downloadArtifact } from './download-artifact.ts';
export {
  openFramesong,
  type ArtifactClient,
  type Framesong,
  type FramesongAddresses,
  type HealthClient,
  type JobClient,
} from './framesong.ts';
export { errorOfJob, isFinal, jobOwner, type JobOwner } from './job-owner.ts';
export { listServices } from './list-services.ts';
export { durationText, stageTree } from './stage-tree.ts';
export { submitFirstFrame, submitSong } from './submit.ts';
export {
  submitFirstFrameBatch,
  submitSongBatch,
  type BatchEntry,
  type BatchItems,
  type BatchOptions,
} from './submit-batch.ts';
export { untilServing } from './until-serving.ts';
export { uploadArtifact } from './upload-artifact.ts';
export { watchJob, type WatchOptions } from './watch-job.ts';
