import { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { SongRequest } from '@framesong/contracts/music/v1/song';
import { fromProtoJson } from './from-proto-json.ts';

describe('a request from JSON', () => {
  it('is read with durations, references and enums as proto3 JSON writes them', () => {
    const frame = fromProtoJson(FirstFrameRequest, {
      shot: { prompt: 'A road' },
      scene: { artifact: { digest: 'sha256:1' } },
      runTimeout: '90.5s',
      preview: { enabled: false },
      labels: { episode: '1' },
    });
    expect(frame).toMatchObject({
      shot: { prompt: 'A road', characterIds: [] },
      scene: { source: { $case: 'artifact', value: { digest: 'sha256:1' } } },
      runTimeout: { seconds: 90n, nanos: 500_000_000 },
      labels: new Map([['episode', '1']]),
    });
    const song = fromProtoJson(SongRequest, { duration: '8s', outputFormats: ['SONG_FORMAT_MP3'] });
    expect(song).toMatchObject({ duration: { seconds: 8n }, outputFormats: [3] });
  });

  it.each([
    [{ shot: { promt: 'A road' } }, 'shot.promt is no field'],
    [{ characters: [{ id: 'mei' }, { id: 'bo', picture: 'x' }] }, 'characters[1].picture is no field'],
    [{ runTimeout: '5 minutes' }, 'runTimeout must look like 30s'],
  ])('%j is refused by name of the field', (json, text) => {
    expect(() => fromProtoJson(FirstFrameRequest, json)).toThrow(text);
  });
});
