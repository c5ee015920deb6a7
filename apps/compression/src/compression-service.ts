import { CompressionServiceService } from '@framesong/contracts/compression/v1/compression_service';
import { bindService, MAX_MESSAGE_BYTES, methodPolicy, type ServedService } from '@framesong/rpc';
import { compressImage } from './compress-image.ts';
import { compressImageSet } from './compress-image-set.ts';
import { compressImageStream } from './compress-image-stream.ts';
import type { CompressionDefaults } from './compression-options.ts';
import type { Compressor } from './compressor.ts';
import { inspectImage } from './inspect-image.ts';
import type { Spool } from './spool.ts';

/** What the RPCs of the compression service work with. */
export interface CompressionParts {
  readonly compressor: Compressor;
  readonly spool: Spool;
  readonly defaults: CompressionDefaults & { readonly timeoutMs: number };
}

/** The service table: one line per RPC. */
export function compressionService(parts: CompressionParts): ServedService {
  const work = methodPolicy({
    class: 'work',
    defaultDeadlineMs: parts.defaults.timeoutMs,
    maxDeadlineMs: 10 * 60_000,
    maxRequestBytes: MAX_MESSAGE_BYTES,
    refuseBelowMedian: true,
  });
  const upload = { ...work, maxRequestBytes: 300 * 1024, refuseBelowMedian: false };
  return {
    ...bindService(CompressionServiceService, {
      compressImage: (request, call) => compressImage(parts, request, call),
      compressImageStream: (requests, call) => compressImageStream(parts, requests, call),
      compressImageSet: (requests, call) => compressImageSet(parts, requests, call),
      inspectImage: (request, call) => inspectImage(parts, request, call),
    }),
    policies: {
      compressImage: work,
      compressImageStream: upload,
      compressImageSet: upload,
      inspectImage: methodPolicy({ maxRequestBytes: MAX_MESSAGE_BYTES }),
    },
  };
}
