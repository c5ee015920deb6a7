import { address, defineSettings, durationMs, integer, oneOf, sizeBytes, text } from '@framesong/config';

/** Settings of the image-generation service. */
export const imageSettings = defineSettings('image', {
  address: address({
    env: 'FRAMESONG_IMAGE_ADDRESS',
    default: '127.0.0.1:50052',
    description: 'Where the image-generation service listens. Port 0 takes a free one.',
  }),
  compressionAddress: address({
    env: 'FRAMESONG_COMPRESSION_ADDRESS',
    default: '127.0.0.1:50051',
    description: 'Where image-generation finds the compression service.',
  }),
  executorId: text({
    env: 'FRAMESONG_IMAGE_EXECUTOR_ID',
    pattern: /^[A-Za-z0-9._-]{1,64}$/,
    form: '1 to 64 letters, digits and ._-',
    description:
      'Name of this process among those that work on the same jobs: unique, and the same after a restart. Unset: the host name.',
  }),
  role: oneOf({
    env: 'FRAMESONG_IMAGE_ROLE',
    default: 'all',
    values: ['all', 'api', 'worker'],
    description:
      'What this process does: `api` accepts, tells and cancels; `worker` runs jobs and answers only for its health; `all` is both. Also `--role` on the command line.',
  }),
  workers: integer({
    env: 'FRAMESONG_IMAGE_WORKERS',
    default: 4,
    min: 1,
    max: 1000,
    unit: 'jobs',
    description: 'Images that are worked on at once, over all processes. Can be changed while running.',
  }),
  workersPerProcess: integer({
    env: 'FRAMESONG_IMAGE_WORKERS_PER_PROCESS',
    default: 0,
    min: 0,
    max: 1000,
    unit: 'jobs',
    description: 'Images that are worked on at once in one process. 0: as many as over all processes.',
  }),
  timeoutMs: durationMs({
    env: 'FRAMESONG_IMAGE_TIMEOUT',
    default: '180s',
    min: '1s',
    max: '1h',
    description:
      'How long making one picture may take at most. Once there is history of its model and size, it is what usually suffices.',
  }),
  timeoutFloorMs: durationMs({
    env: 'FRAMESONG_IMAGE_TIMEOUT_FLOOR',
    default: '20s',
    min: '1s',
    max: '1h',
    description:
      'How long making one picture may take at least, however fast it usually is. Not more than the longest.',
  }),
  runTimeoutMs: durationMs({
    env: 'FRAMESONG_IMAGE_RUN_TIMEOUT',
    default: '360s',
    min: '1s',
    max: '1h',
    description: 'Running time of a first-frame job over all attempts, when the request names none.',
  }),
  referenceBudgetBytes: sizeBytes({
    env: 'FRAMESONG_IMAGE_REFERENCE_BUDGET',
    default: '300KB',
    min: '10KB',
    max: '64MB',
    description:
      'Most that one reference picture may take, as it is sent: in base64 for providers that take pictures inside JSON.',
  }),
  referencesBudgetBytes: sizeBytes({
    env: 'FRAMESONG_IMAGE_REFERENCES_BUDGET',
    default: '1536KB',
    min: '10KB',
    max: '64MB',
    description:
      'Most that all reference pictures of a frame may take together, as they are sent. Shared out so that the worst of them looks as good as it can; the scene and faces get more.',
  }),
  referenceMaxSidePixels: integer({
    env: 'FRAMESONG_IMAGE_REFERENCE_MAX_SIDE',
    default: 2048,
    min: 256,
    max: 16_383,
    unit: 'pixels',
    description: 'Longest side of a reference picture after it was prepared.',
  }),
  compressionTimeoutMs: durationMs({
    env: 'FRAMESONG_IMAGE_COMPRESSION_TIMEOUT',
    default: '60s',
    min: '1s',
    max: '10m',
    description: 'How long preparing the reference pictures of a frame may take.',
  }),
  referenceCacheEntries: integer({
    env: 'FRAMESONG_IMAGE_REFERENCE_CACHE',
    default: 2000,
    min: 0,
    max: 1_000_000,
    unit: 'pictures',
    description:
      'Reference pictures that are remembered, downloaded and prepared ones each for itself, so that the next frame of a batch neither downloads nor compresses them again. 0 remembers none.',
  }),
  referenceFreshMs: durationMs({
    env: 'FRAMESONG_IMAGE_REFERENCE_FRESH',
    default: '5m',
    min: '0s',
    max: '24h',
    description:
      'For how long at most a downloaded reference picture is used again unasked, where its server allows that (Cache-Control, Expires). After that the server is asked whether it has changed.',
  }),
});
