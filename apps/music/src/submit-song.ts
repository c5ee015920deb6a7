import type { SubmitSongRequest, SubmitSongResponse } from '@framesong/contracts/music/v1/music_service';
import type { CallContext } from '@framesong/rpc';
import { acceptSong } from './accept-song.ts';
import type { MusicParts } from './music-service.ts';

/** `SubmitSong`: accepted means durable. */
export async function submitSong(
  parts: MusicParts,
  { request }: SubmitSongRequest,
  call: CallContext,
): Promise<SubmitSongResponse> {
  const { job } = await acceptSong(parts, request, call, 'leaves');
  return { job: await parts.messages.withOutlook(job, call.language) };
}
