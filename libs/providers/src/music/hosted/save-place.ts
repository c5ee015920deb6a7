import { FramesongError } from '@framesong/errors';
import { openFileSink } from '../../http/download-sink.ts';
import type { ResultDownloader } from '../../http/result-downloader.ts';
import { soundMediaType } from '../sound-media-type.ts';
import { isHostedMediaType } from './hosted-model.ts';

const INLINE = /^data:[^,]{0,200};base64,/;

/** Writes the sound to `path` that a result names, by a URL or as a data URI. @throws FramesongError `PROVIDER_RESULT_*`, without outcome */
export async function savePlace(
  downloader: ResultDownloader,
  place: string,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<{ readonly mediaType: string; readonly sizeBytes: number }> {
  const [inline] = INLINE.exec(place) ?? [];
  if (inline === undefined) return downloader.save(place, { signal, typeOf: hostedTypeOf, path });
  const bytes = Buffer.from(place.slice(inline.length), 'base64');
  const mediaType = hostedTypeOf(bytes);
  if (mediaType === undefined) {
    throw new FramesongError('the result is no sound of a type that is taken', {
      code: 'UNAVAILABLE',
      reason: 'PROVIDER_RESULT_INVALID',
    });
  }
  await using sink = await openFileSink(path);
  await sink.append(bytes);
  return { mediaType, sizeBytes: bytes.length };
}

function hostedTypeOf(bytes: Uint8Array): string | undefined {
  const mediaType = soundMediaType(bytes);
  return mediaType !== undefined && isHostedMediaType(mediaType) ? mediaType : undefined;
}
