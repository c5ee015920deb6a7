import { SongRequest } from '@framesong/contracts/music/v1/song';
import { MusicServiceService } from '@framesong/contracts/music/v1/music_service';
import { FramesongError, invalidField, unavailable } from '@framesong/errors';
import { bindService, type CallContext } from '@framesong/rpc';
import { submitSongBatch } from './submit-batch.ts';
import { clientsOf, rejection, serve } from './testing/test-services.ts';

const SONG = SongRequest.fromPartial({ lyrics: '[verse]\nla' });
const ITEMS = ['a', 'b', 'c'].map((label) => ({ label, request: SONG }));

/** A service that notes the streams it gets: the labels and the request id of each. */
function musicThat(end: (stream: number, call: CallContext) => void) {
  const streams: { readonly labels: string[]; readonly ids: Set<string> }[] = [];
  const definition = { submitSongBatch: MusicServiceService.submitSongBatch };
  const binding = bindService(definition, {
    async submitSongBatch(requests, call) {
      const stream = { labels: [] as string[], ids: new Set<string>() };
      streams.push(stream);
      for await (const { label, batchRequestId } of requests) {
        stream.labels.push(label);
        stream.ids.add(batchRequestId);
      }
      end(streams.length, call);
      return { report: { items: [], nextPageToken: '' } };
    },
  });
  return { binding, streams };
}

function full(): FramesongError {
  return new FramesongError('full', { code: 'RESOURCE_EXHAUSTED', reason: 'QUEUE_FULL', retryAfterMs: 5 });
}

describe('a batch that is submitted', () => {
  it('is sent again as a whole, under one id, when the service was away', async () => {
    const { binding, streams } = musicThat((stream) => {
      if (stream < 3) throw unavailable('restarting', 'DRAINING', 1);
    });
    await using service = await serve([binding]);
    using framesong = clientsOf(service.address);
    await submitSongBatch(framesong.music, () => ITEMS);
    expect(streams.map(({ labels }) => labels)).toEqual(Array.from({ length: 3 }, () => ['a', 'b', 'c']));
    expect(new Set(streams.flatMap(({ ids }) => [...ids])).size).toBe(1);
  });

  it('waits for room as the service advises where that is wanted, and is refused otherwise', async () => {
    const { binding, streams } = musicThat((stream) => {
      if (stream < 8) throw full();
    });
    await using service = await serve([binding]);
    using framesong = clientsOf(service.address);
    expect(await rejection(submitSongBatch(framesong.music, () => ITEMS))).toMatchObject({ reason: 'QUEUE_FULL' });
    let waits = 0;
    await submitSongBatch(framesong.music, () => ITEMS, { batchRequestId: 'mine', onFull: () => waits++ });
    expect(waits).toBe(6);
    expect(streams.at(-1)!.ids).toEqual(new Set(['mine']));
  });

  it('with a fault is not sent again', async () => {
    const { binding, streams } = musicThat(() => {
      throw invalidField('batch_request_id', 'is wrong');
    });
    await using service = await serve([binding]);
    using framesong = clientsOf(service.address);
    expect(await rejection(submitSongBatch(framesong.music, () => ITEMS))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(streams).toHaveLength(1);
  });
});
