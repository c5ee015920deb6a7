import { ATTR, stage, STAGES } from '@framesong/telemetry';
import type { WorkerPool } from '@framesong/workers';
import { roleIsApi } from './role-is-api.ts';

/** A frame to compose: pictures as files in memory, within their budgets. */
export interface ComposeTask {
  readonly scene: Uint8Array;
  readonly characters: readonly { readonly id: string; readonly name: string; readonly image: Uint8Array }[];
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly style: string;
  /** Written over the lower edge. */
  readonly caption?: string;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly preview: boolean;
}

/** What a finished frame consists of. */
export interface ComposedFrame {
  /** PNG. */
  readonly image: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** `framesong-compositor 1`. */
  readonly engine: string;
  readonly characters: readonly {
    readonly id: string;
    readonly method: string;
    readonly quality: number;
    readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  }[];
  readonly looks: readonly string[];
  readonly ignoredWords: readonly string[];
}

/** What the worker tells on the way. */
export type ComposeEvent =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly detail: string }
  | {
      readonly kind: 'preview';
      readonly bytes: Uint8Array;
      readonly mediaType: string;
      readonly width: number;
      readonly height: number;
    };

/** How to follow a frame that is being composed. */
export interface ComposeFollowing {
  readonly signal: AbortSignal;
  /** A process has taken it up. */
  readonly onStart: () => void;
  readonly onProgress: (event: Extract<ComposeEvent, { kind: 'progress' }>) => void;
  readonly onPreview: (event: Extract<ComposeEvent, { kind: 'preview' }>) => void;
}

/** Composes one frame. */
export type ComposeFrame = (task: ComposeTask, following: ComposeFollowing) => Promise<ComposedFrame>;

/** The compositor in child processes: never on the service's event loop, and killed when nobody waits any more. */
export function createComposeFrame(pool: WorkerPool): ComposeFrame {
  return async (task, { signal, onStart, onProgress, onPreview }) => {
    const { value } = await pool.run<ComposedFrame>('compose', task, {
      signal,
      onProgress: (event) => {
        const told = event as ComposeEvent;
        if (told.kind === 'preview') onPreview(told);
        else onProgress(told);
      },
      aroundWork: (work) => {
        onStart();
        return stage(STAGES.compose.name, { [ATTR.referenceCount]: task.characters.length + 1 }, work);
      },
    });
    return value;
  };
}

/** In a process that accepts jobs and runs none. */
export const composedElsewhere: ComposeFrame = () => Promise.reject(roleIsApi());
