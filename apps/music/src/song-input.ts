import type { SongFormat } from '@framesong/composer';

/** Name of a stored file. */
export interface FileRef {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly uri: string;
}

/** A section as the plan has it, without its notes. */
export interface SectionFacts {
  readonly tag: string;
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly syllables: number;
  /** What is sung. */
  readonly lines: readonly string[];
  /** The loudness that it is brought to. */
  readonly lufs: number;
}

/** A finished section as it is stored: its sound with the tail that lies over the next one. */
export interface SegmentFacts {
  readonly artifact: FileRef;
  /** Without its tail. */
  readonly bodySeconds: number;
  /** What made it, with version. */
  readonly engine: string;
  readonly warnings: readonly string[];
}

/** The song whose section is made anew. */
export interface Replacement {
  readonly jobId: string;
  readonly index: number;
  /** As asked; absent where nothing was. */
  readonly lyrics?: string;
  readonly style?: string;
  readonly seed: number;
  /** The segments of that song, in order. */
  readonly segments: readonly SegmentFacts[];
}

/** How a song differs, outside a stretch, from the one before a replacement. */
export interface ReplacementDifference {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly gainDb: number;
  readonly residualDbfs: number;
}

/** The effective request as the job stores it: checked, planned, defaults filled in. */
export interface SongInput {
  readonly lyrics: string;
  readonly style: string;
  /** As asked; absent where nothing was. */
  readonly durationSeconds?: number;
  readonly engine: string;
  /** Section by section, and not in one render. */
  readonly segmented: boolean;
  readonly seed: number;
  readonly formats: readonly SongFormat[];
  /** The whole score, as JSON in the artifact store. */
  readonly plan: FileRef;
  /** What the plan decided. */
  readonly bpm: number;
  readonly key: string;
  readonly profile: string;
  readonly plannedSeconds: number;
  readonly sections: readonly SectionFacts[];
  readonly warnings: readonly string[];
  readonly replacement?: Replacement;
}

/** The result as the job stores it. */
export interface SongFacts {
  readonly files: readonly { readonly format: SongFormat; readonly artifact: FileRef }[];
  readonly durationSeconds: number;
  readonly loudnessLufs: number;
  readonly truePeakDbtp: number;
  readonly engine: string;
  /** One per section, in order; one alone for a song that was made as a whole. */
  readonly segments: readonly SegmentFacts[];
  readonly startsSeconds: readonly number[];
  readonly difference?: ReplacementDifference;
  readonly warnings: readonly string[];
}
