import { address, defineSettings, durationMs, flag, sizeBytes } from '@framesong/config';

/** Settings of the compression service. */
export const compressionSettings = defineSettings('compression', {
  address: address({
    env: 'FRAMESONG_COMPRESSION_ADDRESS',
    default: '127.0.0.1:50051',
    description: 'Where the compression service listens. Port 0 takes a free one.',
  }),
  budgetBytes: sizeBytes({
    env: 'FRAMESONG_COMPRESSION_BUDGET',
    default: '300KB',
    min: '1KB',
    max: '64MB',
    description: 'Byte budget of an image when the request names none.',
  }),
  maxSourceBytes: sizeBytes({
    env: 'FRAMESONG_COMPRESSION_MAX_SOURCE',
    default: '64MB',
    min: '1MB',
    max: '1GB',
    description: 'Largest source that is taken in chunks.',
  }),
  spoolAboveBytes: sizeBytes({
    env: 'FRAMESONG_COMPRESSION_SPOOL_ABOVE',
    default: '1MB',
    min: '0B',
    max: '64MB',
    description: 'Sources over this wait on disk, and not in memory, while they arrive in chunks.',
  }),
  workMemoryBytes: sizeBytes({
    env: 'FRAMESONG_COMPRESSION_MEMORY',
    default: '1GB',
    min: '64MB',
    max: '1TB',
    description:
      'Memory that the images under way may need together, as told by their headers. More wait; a larger one runs alone.',
  }),
  cacheMemoryBytes: sizeBytes({
    env: 'FRAMESONG_COMPRESSION_CACHE_MEMORY',
    default: '64MB',
    min: '0B',
    max: '64GB',
    description: 'Results that are kept in memory for the same source and options. 0B keeps none.',
  }),
  cacheDiskBytes: sizeBytes({
    env: 'FRAMESONG_COMPRESSION_CACHE_DISK',
    default: '512MB',
    min: '0B',
    max: '1TB',
    description: 'Results that are kept on disk, in `cache/compression` of the data folder. 0B keeps none.',
  }),
  tiff: flag({
    env: 'FRAMESONG_COMPRESSION_TIFF',
    default: false,
    description: 'Whether TIFF sources are read, their first page. Off by default: its decoder has had most faults.',
  }),
  timeoutMs: durationMs({
    env: 'FRAMESONG_COMPRESSION_TIMEOUT',
    default: '60s',
    min: '1s',
    max: '10m',
    description: 'Deadline of a compression when the caller gives none.',
  }),
});
