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
}

/** The effective request as the job stores it: checked, planned, defaults filled in. */
export interface SongInput {
  readonly lyrics: string;
  readonly style: string;
  /** As asked; absent where nothing was. */
  readonly durationSeconds?: number;
  readonly engine: string;
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
}

/** The result as the job stores it. */
export interface SongFacts {
  readonly files: readonly { readonly format: SongFormat; readonly artifact: FileRef }[];
  readonly durationSeconds: number;
  readonly loudnessLufs: number;
  readonly truePeakDbtp: number;
  readonly engine: string;
}
