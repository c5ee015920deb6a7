import type {
  LyricLimits,
  SectionReplacement,
  SegmentFile,
  SegmentSource,
  SongFormat,
  SongRequest,
  Surroundings,
} from '@framesong/composer';
import type { ReplacementDifference, SectionFacts } from './song-input.ts';

/** Work of the `plan` task. */
export type PlanTask = SongRequest;

/** Work of the `replan` task: one section of a plan anew. */
export interface ReplanTask {
  /** The `SongPlan` as JSON. */
  readonly json: Uint8Array;
  readonly index: number;
  readonly replacement: SectionReplacement;
}

/** What `plan` or `replan` wrote. */
export interface WrittenPlan {
  /** The `SongPlan` as JSON. It is megabytes for a long song: only child processes ever read it. */
  readonly json: Uint8Array;
  readonly bpm: number;
  readonly key: string;
  /** Which style it took: `lo-fi`. */
  readonly profile: string;
  readonly durationSeconds: number;
  readonly sections: readonly SectionFacts[];
  readonly warnings: readonly string[];
}

/** Work of the `validate` task. */
export interface ValidateTask {
  readonly lyrics: string;
  /** Whose limits they must keep. */
  readonly engine: string;
  readonly limits: LyricLimits;
}

/** How lyrics are understood. */
export interface LyricsFacts {
  readonly sections: readonly {
    readonly tag: string;
    readonly lines: readonly string[];
    readonly syllables: number;
    /** As the tag says; otherwise that of a short section. */
    readonly durationSeconds: number;
  }[];
  readonly warnings: readonly string[];
}

/** Work of the `render` task: one section of the plan in a file, into a file. Progress: {@link RenderedShare}. */
export interface RenderTask {
  readonly planPath: string;
  readonly index: number;
  readonly path: string;
}

/** What `render` wrote. */
export interface RenderedSection {
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** How much of a section is rendered, in seconds of sound. */
export interface RenderedShare {
  readonly doneSeconds: number;
  readonly totalSeconds: number;
}

/** Work of the `finish` task: what an engine made becomes a segment. Its result is a `SegmentFile`. */
export interface FinishTask {
  readonly source: SegmentSource;
  readonly path: string;
}

/** What `finish` wrote. */
export type FinishedSegment = SegmentFile;

/** Work of the `excerpt` task: seconds of a segment, as FLAC of at most so many bytes. */
export interface ExcerptTask {
  readonly segmentPath: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly path: string;
}

/** Work of the `surround` task: what stands around a section, with a gap for it, as FLAC. Its result is a `Stretch`. */
export interface SurroundTask extends Surroundings {
  readonly path: string;
}

/** A finished segment on disk and how long it is without its tail. */
export interface SegmentToJoin {
  readonly path: string;
  readonly bodySeconds: number;
}

/** Work of the `join` task: the segments, in their order, into files of a folder. */
export interface JoinTask {
  readonly planPath: string;
  readonly segments: readonly SegmentToJoin[];
  readonly folder: string;
  readonly formats: readonly SongFormat[];
  /** What made the segments, with version. */
  readonly engine: string;
  /** The segment that stood in place of one of them in an earlier mix, to tell what else has changed. */
  readonly replaced?: { readonly index: number; readonly segment: SegmentToJoin };
}

/** What `join` wrote. */
export interface JoinedSong {
  readonly files: readonly { readonly format: SongFormat; readonly path: string; readonly mediaType: string }[];
  readonly durationSeconds: number;
  readonly loudnessLufs: number;
  readonly truePeakDbtp: number;
  /** Where each segment begins. */
  readonly startsSeconds: readonly number[];
  readonly difference?: ReplacementDifference;
  readonly warnings: readonly string[];
}
