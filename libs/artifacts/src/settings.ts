import { defineSettings, durationMs, sizeBytes } from '@framesong/config';

/** Settings of the artifact store. Its folder lies in the data folder. */
export const artifactSettings = defineSettings('artifacts', {
  maxSizeBytes: sizeBytes({
    env: 'FRAMESONG_ARTIFACT_MAX_SIZE',
    default: '256MB',
    min: '1MB',
    max: '16GB',
    description: 'Largest artifact that is stored: a picture, a song, or an uploaded reference.',
  }),
  minFreeBytes: sizeBytes({
    env: 'FRAMESONG_ARTIFACT_MIN_FREE',
    default: '256MB',
    min: '0B',
    max: '1TB',
    description: 'No artifact is taken while the disk has less free space than this.',
  }),
  uploadKeepMs: durationMs({
    env: 'FRAMESONG_UPLOAD_KEEP',
    default: '1h',
    min: '1m',
    max: '7d',
    description: 'A resumable upload that nobody goes on with is removed after this time.',
  }),
  unreferencedKeepMs: durationMs({
    env: 'FRAMESONG_ARTIFACT_KEEP',
    default: '7d',
    min: '1h',
    max: '3650d',
    description:
      'An artifact that no job refers to and that nobody stored, read or asked for is removed after this time. What a job refers to stays for as long as the job.',
  }),
});
