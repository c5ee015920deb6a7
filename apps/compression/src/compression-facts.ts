import type { OutputFormat, SourceFormat } from '@framesong/compression';
import {
  CacheResult,
  ImageFormat,
  type CompressionFacts,
} from '@framesong/contracts/compression/v1/compression_service';
import { durationOfMs } from '@framesong/rpc';
import type { StageTiming } from '@framesong/telemetry';
import type { Compressed } from './compressor.ts';

const FORMATS: Readonly<Partial<Record<OutputFormat | SourceFormat, ImageFormat>>> = {
  jpeg: ImageFormat.JPEG,
  png: ImageFormat.PNG,
  webp: ImageFormat.WEBP,
  avif: ImageFormat.AVIF,
  gif: ImageFormat.GIF,
  tiff: ImageFormat.TIFF,
};

const CACHE_RESULTS = { hit: CacheResult.HIT, miss: CacheResult.MISS, coalesced: CacheResult.COALESCED } as const;

/** The wire form of a picture format. */
export function imageFormatOf(format: OutputFormat | SourceFormat): ImageFormat {
  return FORMATS[format] ?? ImageFormat.UNSPECIFIED;
}

/** What was done, for the caller. Steps and CPU time count for the call that the result was made for, and for no other. */
export function compressionFacts({ facts, cache }: Compressed, stages: readonly StageTiming[]): CompressionFacts {
  const wasMade = cache === 'miss';
  return {
    sizeBytes: BigInt(facts.sizeBytes),
    base64SizeBytes: BigInt(facts.base64SizeBytes),
    width: facts.width,
    height: facts.height,
    format: imageFormatOf(facts.format),
    quality: facts.quality ?? 0,
    chroma: facts.chroma ?? '',
    scale: facts.scale,
    encodes: facts.encodes,
    passthrough: facts.passthrough,
    alphaFlattened: facts.alphaFlattened,
    warnings: [...facts.warnings],
    sourceFormat: imageFormatOf(facts.sourceFormat),
    sourceWidth: facts.sourceWidth,
    sourceHeight: facts.sourceHeight,
    sha256: facts.sha256,
    stages: stages.map((stage) => ({
      name: stage.name,
      startOffset: durationOfMs(stage.startOffsetMs),
      duration: durationOfMs(stage.durationMs),
      depth: stage.depth,
      errorType: stage.errorType ?? '',
    })),
    cpuSeconds: wasMade ? facts.cpuMs / 1000 : 0,
    cache: CACHE_RESULTS[cache],
    steps: (wasMade ? facts.steps : []).map(({ name, wallMs, cpuMs }) => ({
      name,
      duration: durationOfMs(wallMs),
      cpu: durationOfMs(cpuMs),
    })),
    ssim: facts.ssim,
  };
}
