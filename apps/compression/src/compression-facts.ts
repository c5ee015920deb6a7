import { createHash } from 'node:crypto';
import type { CompressResult, OutputFormat, SourceFormat } from '@framesong/compression';
import { ImageFormat, type CompressionFacts } from '@framesong/contracts/compression/v1/compression_service';
import { durationOfMs } from '@framesong/rpc';
import type { StageTiming } from '@framesong/telemetry';

const FORMATS: Readonly<Partial<Record<OutputFormat | SourceFormat, ImageFormat>>> = {
  jpeg: ImageFormat.JPEG,
  png: ImageFormat.PNG,
  webp: ImageFormat.WEBP,
  avif: ImageFormat.AVIF,
  gif: ImageFormat.GIF,
};

/** The wire form of a picture format. */
export function imageFormatOf(format: OutputFormat | SourceFormat): ImageFormat {
  return FORMATS[format] ?? ImageFormat.UNSPECIFIED;
}

/** What was done, for the caller. */
export function compressionFacts(
  result: CompressResult,
  cpuMs: number,
  stages: readonly StageTiming[],
): CompressionFacts {
  return {
    sizeBytes: BigInt(result.sizeBytes),
    base64SizeBytes: BigInt(result.base64SizeBytes),
    width: result.width,
    height: result.height,
    format: imageFormatOf(result.format),
    quality: result.quality ?? 0,
    chroma: result.chroma ?? '',
    scale: result.scale,
    encodes: result.encodes,
    passthrough: result.passthrough,
    alphaFlattened: result.alphaFlattened,
    warnings: [...result.warnings],
    sourceFormat: imageFormatOf(result.sourceFormat),
    sourceWidth: result.sourceWidth,
    sourceHeight: result.sourceHeight,
    sha256: createHash('sha256').update(result.data).digest('hex'),
    stages: stages.map((stage) => ({
      name: stage.name,
      startOffset: durationOfMs(stage.startOffsetMs),
      duration: durationOfMs(stage.durationMs),
      depth: stage.depth,
      errorType: stage.errorType ?? '',
    })),
    cpuSeconds: cpuMs / 1000,
  };
}
