import { address, defineSettings, durationMs, sizeBytes } from '@framesong/config';

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
  timeoutMs: durationMs({
    env: 'FRAMESONG_COMPRESSION_TIMEOUT',
    default: '60s',
    min: '1s',
    max: '10m',
    description: 'Deadline of a compression when the caller gives none.',
  }),
});
