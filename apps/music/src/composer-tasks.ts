import type { SongFormat, SongPlan, SongRequest } from '@framesong/composer';

/** Work of the `plan` task; the result is a `SongPlan`. */
export type PlanTask = SongRequest;

/** Work of the `validate` task; the result is the parsed lyrics. */
export interface ValidateTask {
  readonly lyrics: string;
}

/** Work of the `render` task: one section into a file. Progress: {@link RenderedShare}. */
export interface RenderTask {
  readonly plan: SongPlan;
  readonly index: number;
  readonly path: string;
}

/** How much of a section is rendered, in seconds of sound. */
export interface RenderedShare {
  readonly doneSeconds: number;
  readonly totalSeconds: number;
}

/** Work of the `join` task: the sections, in their order, into files of a folder. */
export interface JoinTask {
  readonly plan: SongPlan;
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
