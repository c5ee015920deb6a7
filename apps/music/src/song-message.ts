import type { SongFormat } from '@framesong/composer';
import type { Any } from '@framesong/contracts/google/protobuf/any';
import { ReplaceSongSectionRequest } from '@framesong/contracts/music/v1/music_service';
import {
  Song,
  SongFormat as WireFormat,
  SongRequest,
  type SectionReplacement,
  type SongSection,
} from '@framesong/contracts/music/v1/song';
import { artifactMessage } from '@framesong/artifact-api';
import { stageMessage, type JobKindMessages } from '@framesong/job-api';
import type { Job } from '@framesong/jobs';
import { durationOfMs } from '@framesong/rpc';
import { STAGES } from '@framesong/telemetry';
import type { Replacement, SongFacts, SongInput } from './song-input.ts';
import { ENGINE_FULL, ENGINE_SILENT } from './song-progress.ts';

const TYPE = 'type.googleapis.com/framesong.music.v1.';
const FORMATS: Readonly<Record<SongFormat, WireFormat>> = {
  wav: WireFormat.WAV,
  flac: WireFormat.FLAC,
  mp3: WireFormat.MP3,
  ogg: WireFormat.OGG,
  opus: WireFormat.OPUS,
  midi: WireFormat.MIDI,
  lrc: WireFormat.LRC,
};

/** How song jobs show what they hold. */
export const songMessages: JobKindMessages = {
  effectiveRequest(job) {
    const { replacement } = inputOf(job);
    return replacement
      ? any('ReplaceSongSectionRequest', ReplaceSongSectionRequest.encode(effectiveReplacement(job, replacement)))
      : any('SongRequest', SongRequest.encode(effectiveRequest(job)));
  },
  result: (job) => any('Song', Song.encode(songMessage(job))),
  eventDetail: () => undefined,
  usualTimes: {
    run: minutes(5, 15),
    fromStage: {
      'render sections': minutes(10, 15),
      [ENGINE_SILENT]: minutes(10, 15),
      [ENGINE_FULL]: minutes(10, 15),
      [STAGES.joinSections.name]: minutes(1, 3),
    },
    silenceMs: 900_000,
    stalledStages: [ENGINE_SILENT],
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
    sections: sectionsOf(input, facts),
    engine: facts.engine,
    warnings: [...input.warnings, ...segmentWarnings(input, facts), ...facts.warnings],
    stages: job.stages.map(stageMessage),
    replacement: replacementOf(input, facts),
  };
}

/** Sections are where their segments lie; those of a song that was made in one render where they were planned. */
function sectionsOf({ sections, segmented }: SongInput, { segments, startsSeconds }: SongFacts): SongSection[] {
  return sections.map(({ tag, startSeconds, durationSeconds, syllables }, index) => {
    const segment = segmented ? segments[index] : undefined;
    return {
      tag,
      start: durationOfMs((segment ? startsSeconds[index]! : startSeconds) * 1000),
      duration: durationOfMs((segment?.bodySeconds ?? durationSeconds) * 1000),
      syllables,
      artifact: segment && artifactMessage(segment.artifact),
    };
  });
}

function segmentWarnings({ sections, segmented }: SongInput, { segments }: SongFacts): string[] {
  return segments.flatMap(({ warnings }, index) =>
    warnings.map((warning) => (segmented ? `section ${index + 1} (${sections[index]!.tag}): ${warning}` : warning)),
  );
}

function replacementOf({ replacement }: SongInput, { difference }: SongFacts): SectionReplacement | undefined {
  if (!replacement || !difference) return undefined;
  return {
    jobId: replacement.jobId,
    sectionIndex: replacement.index,
    start: durationOfMs(difference.startSeconds * 1000),
    end: durationOfMs(difference.endSeconds * 1000),
    gainDb: difference.gainDb,
    residualDbfs: difference.residualDbfs,
  };
}

function effectiveReplacement(job: Job, replacement: Replacement): ReplaceSongSectionRequest {
  const { formats } = inputOf(job);
  return {
    jobId: replacement.jobId,
    sectionIndex: replacement.index,
    lyrics: replacement.lyrics ?? '',
    style: replacement.style ?? '',
    seed: replacement.seed,
    outputFormats: formats.map((format) => FORMATS[format]),
    ...termsOf(job),
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
    segmented: input.segmented,
    maxCost: job.expectedCost?.maxCost,
    ...termsOf(job),
  };
}

function termsOf(job: Job) {
  return {
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
