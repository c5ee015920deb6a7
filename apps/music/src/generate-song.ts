import type { GenerateSongRequest, GenerateSongResponse } from '@framesong/contracts/music/v1/music_service';
import { followJob } from '@framesong/job-api';
import type { CallContext } from '@framesong/rpc';
import { acceptSong } from './accept-song.ts';
import type { MusicParts } from './music-service.ts';
import { songMessage } from './song-message.ts';

/** `GenerateSong`: a job that its caller waits for. */
export async function* generateSong(
  parts: MusicParts,
  { request, detachOnDisconnect }: GenerateSongRequest,
  call: CallContext,
): AsyncGenerator<GenerateSongResponse> {
  const submitted = await acceptSong(parts, request, call, detachOnDisconnect ? 'waits' : 'waits to the end');
  for await (const followed of followJob(parts, submitted, call, detachOnDisconnect)) {
    if (followed.kind === 'accepted') yield { part: { $case: 'accepted', value: followed.job } };
    else if (followed.kind === 'event') yield { part: { $case: 'event', value: followed.event } };
    else yield { part: { $case: 'song', value: songMessage(followed.job) } };
  }
}
