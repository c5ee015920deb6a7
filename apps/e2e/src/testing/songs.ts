import { downloadArtifact, type Framesong } from '@framesong/client';
import { JobState, type Job, type JobEvent } from '@framesong/contracts/job/v1/job';
import { Song as SongMessage, SongFormat, type Song, type SongRequest } from '@framesong/contracts/music/v1/song';
import type { CallOptions } from '@framesong/rpc';
import { stateName } from './first-frames.ts';

const LIMIT_MS = 60_000;

/** Whoever has clients of the services. */
export interface WithFramesong {
  readonly framesong: Framesong;
}

/** Lyrics of two sung sections; with what the composer puts around them, a song of four. */
export const SHORT_LYRICS = '[verse]\nthe light is low\n[chorus]\nwe find the way\n';

/** A quick song of about ten seconds; `changes` replace what they name. */
export function songRequest(changes: Partial<SongRequest> = {}): SongRequest {
  return {
    lyrics: SHORT_LYRICS,
    style: 'pop',
    duration: undefined,
    bpm: 240,
    key: '',
    seed: 7,
    engine: '',
    outputFormats: [SongFormat.MIDI],
    runTimeout: undefined,
    expireTime: undefined,
    requestId: '',
    labels: new Map(),
    priority: 0,
    ...changes,
  };
}

/** An instrumental of so many seconds. */
export function instrumental(seconds: number, changes: Partial<SongRequest> = {}): SongRequest {
  return songRequest({ lyrics: '', bpm: 0, duration: { seconds: BigInt(seconds), nanos: 0 }, ...changes });
}

/** What GenerateSong sent. */
export interface GeneratedSong {
  readonly accepted: Job;
  readonly events: readonly JobEvent[];
  readonly song: Song;
}

/** Makes a song by GenerateSong. */
export async function generateSong(
  { framesong }: WithFramesong,
  request: SongRequest,
  options: CallOptions = {},
): Promise<GeneratedSong> {
  let accepted: Job | undefined;
  const events: JobEvent[] = [];
  const answers = framesong.music.rpc.generateSong(
    { request, detachOnDisconnect: false },
    { timeoutMs: LIMIT_MS, ...options },
  );
  for await (const { part } of answers) {
    if (part?.$case === 'accepted') accepted = part.value;
    else if (part?.$case === 'event') events.push(part.value);
    else if (part?.$case === 'song') return { accepted: accepted!, events, song: part.value };
  }
  throw new Error('GenerateSong ended without a song');
}

/** Submits a song and returns the accepted job. */
export async function submitSong({ framesong }: WithFramesong, request: SongRequest): Promise<Job> {
  const { job } = await framesong.music.rpc.submitSong({ request });
  return job!;
}

/** The song job once it has ended. */
export async function endedSong({ framesong }: WithFramesong, jobId: string): Promise<Job> {
  const { job } = await framesong.music.jobs.waitJob({ jobId }, { timeoutMs: LIMIT_MS });
  return job!;
}

/** The song that a job has made. */
export function songOf(job: Job): Song {
  if (job.state !== JobState.SUCCEEDED)
    throw new Error(`${job.id} is ${stateName(job.state)}: ${job.error?.message ?? ''}`);
  return SongMessage.decode(job.result!.value);
}

/** The digests of the files of a song, in their order. */
export function digestsOf({ files }: Song): string[] {
  return files.map(({ artifact }) => artifact!.digest);
}

/** The bytes of one file of a song. */
export async function songFile({ framesong }: WithFramesong, { files }: Song, format: SongFormat): Promise<Buffer> {
  const { digest } = files.find((file) => file.format === format)!.artifact!;
  return Buffer.concat(await Array.fromAsync(downloadArtifact(framesong.music.artifacts, digest)));
}
