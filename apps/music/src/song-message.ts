import type { SongFormat } from '@framesong/composer';
import type { Any } from '@framesong/contracts/google/protobuf/any';
import { Song, SongFormat as WireFormat, SongRequest } from '@framesong/contracts/music/v1/song';
import { artifactMessage } from '@framesong/artifact-api';
import { stageMessage, type JobKindMessages } from '@framesong/job-api';
import type { Job } from '@framesong/jobs';
import { durationOfMs } from '@framesong/rpc';
import { STAGES } from '@framesong/telemetry';
import type { SongFacts, SongInput } from './song-input.ts';

const TYPE = 'type.googleapis.com/framesong.music.v1.';
const FORMATS: Readonly<Record<SongFormat, WireFormat>> = {
  wav: WireFormat.WAV,
  flac: WireFormat.FLAC,
  mp3: WireFormat.MP3,
  midi: WireFormat.MIDI,
  lrc: WireFormat.LRC,
};

/** How song jobs show what they hold. */
export const songMessages: JobKindMessages = {
  effectiveRequest: (job) => any('SongRequest', SongRequest.encode(effectiveRequest(job))),
  result: (job) => any('Song', Song.encode(songMessage(job))),
  eventDetail: () => undefined,
  usualTimes: {
    run: minutes(5, 15),
    fromStage: { 'render sections': minutes(10, 15), [STAGES.joinSections.name]: minutes(1, 3) },
    silenceMs: 900_000,
  },
};

function minutes(low: number, high: number): { readonly lowMs: number; readonly highMs: number } {
  return { lowMs: low * 60_000, highMs: high * 60_000 };
}

/** The finished song of a job that has succeeded. */
export function songMessage(job: Job): Song {
  const input = inputOf(job);
  const facts = job.result as unknown as SongFacts;
  return {
    files: facts.files.map(({ format, artifact }) => ({
      format: FORMATS[format],
      artifact: artifactMessage(artifact),
    })),
    duration: durationOfMs(facts.durationSeconds * 1000),
    loudnessLufs: facts.loudnessLufs,
    truePeakDbtp: facts.truePeakDbtp,
    bpm: input.bpm,
    key: input.key,
    seed: input.seed,
    style: input.profile,
    sections: input.sections.map(({ tag, startSeconds, durationSeconds, syllables }) => ({
      tag,
      start: durationOfMs(startSeconds * 1000),
      duration: durationOfMs(durationSeconds * 1000),
      syllables,
    })),
    engine: facts.engine,
    warnings: [...input.warnings],
    stages: job.stages.map(stageMessage),
  };
}

function effectiveRequest(job: Job): SongRequest {
  const input = inputOf(job);
  return {
    lyrics: input.lyrics,
    style: input.style,
    duration: durationOfMs((input.durationSeconds ?? input.plannedSeconds) * 1000),
    bpm: input.bpm,
    key: input.key,
    seed: input.seed,
    engine: input.engine,
    outputFormats: input.formats.map((format) => FORMATS[format]),
    runTimeout: job.runTimeoutMs === undefined ? undefined : durationOfMs(job.runTimeoutMs),
    expireTime: job.expireTime,
    requestId: job.requestId ?? '',
    labels: new Map(Object.entries(job.labels)),
    priority: job.priority,
  };
}

// What this service stored as JSON, under a kind that names its version.
const inputOf = (job: Job) => job.input as unknown as SongInput;

function any(name: string, encoded: { finish(): Uint8Array }): Any {
  return { typeUrl: `${TYPE}${name}`, value: Buffer.from(encoded.finish()) };
}
