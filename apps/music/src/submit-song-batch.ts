import type { SubmitSongBatchRequest, SubmitSongBatchResponse } from '@framesong/contracts/music/v1/music_service';
import { submitBatch } from '@framesong/job-api';
import type { CallContext } from '@framesong/rpc';
import { acceptSong } from './accept-song.ts';
import type { MusicParts } from './music-service.ts';
import { SONG_KIND } from './song-workflow.ts';

/** `SubmitSongBatch`: each message a job of its own, durable before the next is read. */
export async function submitSongBatch(
  parts: MusicParts,
  requests: AsyncIterable<SubmitSongBatchRequest>,
  call: CallContext,
): Promise<SubmitSongBatchResponse> {
  const report = await submitBatch(parts, SONG_KIND, requests, call, (request, place) =>
    acceptSong(parts, request, call, 'leaves', place),
  );
  return { report };
}
