import type { SongFormat, SongRequest } from '@framesong/composer';
import type { SectionFacts } from './song-input.ts';

/** Work of the `plan` task. */
export type PlanTask = SongRequest;

/** What `plan` wrote. */
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
}

/** How lyrics are understood. */
export interface LyricsFacts {
  readonly sections: readonly { readonly tag: string; readonly lines: number; readonly syllables: number }[];
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
}

/** How much of a section is rendered, in seconds of sound. */
export interface RenderedShare {
  readonly doneSeconds: number;
  readonly totalSeconds: number;
}

/** Work of the `join` task: the sections, in their order, into files of a folder. */
export interface JoinTask {
  readonly planPath: string;
  readonly sectionPaths: readonly string[];
  readonly folder: string;
  readonly formats: readonly SongFormat[];
}

/** What `join` wrote. */
export interface JoinedSong {
  readonly files: readonly { readonly format: SongFormat; readonly path: string; readonly mediaType: string }[];
  readonly durationSeconds: number;
  readonly loudnessLufs: number;
  readonly truePeakDbtp: number;
  /** `framesong-composer 1`. */
  readonly engine: string;
}
