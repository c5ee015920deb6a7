import type {
  InspectImageRequest,
  InspectImageResponse,
} from '@framesong/contracts/compression/v1/compression_service';
import { invalidField } from '@framesong/errors';
import type { CallContext } from '@framesong/rpc';
import { imageFormatOf } from './compression-facts.ts';
import { MAX_INLINE_BYTES } from './compress-image.ts';
import type { CompressionParts } from './compression-service.ts';

/** `InspectImage`: what the header of an image says. */
export async function inspectImage(
  { compressor }: CompressionParts,
  { prefix }: InspectImageRequest,
  call: CallContext,
): Promise<InspectImageResponse> {
  if (prefix.length < 12 || prefix.length > MAX_INLINE_BYTES) {
    throw invalidField('prefix', `must have 12 to ${MAX_INLINE_BYTES} bytes, has ${prefix.length}`);
  }
  const info = await compressor.inspect({ prefix }, call.signal);
  return {
    format: imageFormatOf(info.format),
    width: info.width,
    height: info.height,
    hasAlpha: info.hasAlpha,
    orientation: info.orientation,
    pages: info.pages,
  };
}
