import type { SongRequest } from '@framesong/contracts/music/v1/song';
import { durationOfMs } from '@framesong/rpc';

const LYRICS = `[verse]
We drew the morning on a paper sky
and taught a row of little boats to fly
the harbour lamps went out as they went by
[chorus]
Frame by frame we find the light
frame by frame we hold it tight
[verse]
The river kept a letter for the sea
we read it slowly underneath a tree
[chorus]
Frame by frame we find the light
frame by frame we hold it tight
`;

/** A song of about so many seconds, in the formats that a request without formats gets. */
export function songRequest(seconds: number): SongRequest {
  return {
    lyrics: LYRICS,
    style: 'warm acoustic folk, fingerpicked guitar, hopeful, 112 bpm, G major',
    duration: durationOfMs(seconds * 1000),
    bpm: 0,
    key: '',
    seed: 7,
    engine: '',
    outputFormats: [],
    requestId: '',
    labels: new Map(),
    priority: 0,
  };
}
