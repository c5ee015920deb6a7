import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { CompressionServiceService } from '@framesong/contracts/compression/v1/compression_service';
import { ImageGenerationServiceService } from '@framesong/contracts/image/v1/image_generation_service';
import { JobServiceService } from '@framesong/contracts/job/v1/job_service';
import { MusicServiceService } from '@framesong/contracts/music/v1/music_service';

/**
 * Methods whose repeat is safe, so that the channel may repeat them. Streams are left out: they resume by offset or sequence.
 * Submits are safe only with a request id, so `submitFirstFrame` and `submitSong` repeat them.
 */
export const IDEMPOTENT_PATHS: readonly string[] = [
  ArtifactServiceService.statArtifact.path,
  CompressionServiceService.compressImage.path,
  CompressionServiceService.inspectImage.path,
  ImageGenerationServiceService.checkProvider.path,
  ImageGenerationServiceService.confirmFirstFrame.path,
  ImageGenerationServiceService.listImageModels.path,
  JobServiceService.cancelJob.path,
  JobServiceService.getBatch.path,
  JobServiceService.getJob.path,
  JobServiceService.getQueue.path,
  JobServiceService.getSpending.path,
  JobServiceService.listJobs.path,
  JobServiceService.setQueueLimit.path,
  JobServiceService.waitJob.path,
  MusicServiceService.listMusicModels.path,
  MusicServiceService.validateLyrics.path,
];
