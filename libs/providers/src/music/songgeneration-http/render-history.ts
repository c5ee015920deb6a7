import { toFramesongError, type FramesongError } from '@framesong/errors';

/** Renders that are remembered; the oldest are forgotten. */
const REMEMBERED = 200;

/** What became of renders that did not come to their end, by render id. Lives as long as the process. */
export interface RenderHistory {
  /** The file that a render has left at the engine without reaching us. */
  fileOf(renderId: string): string | undefined;
  made(renderId: string, fileId: string): void;
  /** Nothing is left of it: the next try begins again. The error is one that is not repeated once that has happened too often. */
  lost(renderId: string, thrown: unknown): FramesongError;
  delivered(renderId: string): void;
}

/** @param most how often a render may be lost before it is given up */
export function createRenderHistory(most: number): RenderHistory {
  const renders = new Map<string, { fileId?: string; losses: number }>();
  const of = (renderId: string) => {
    const known = renders.get(renderId) ?? { losses: 0 };
    renders.delete(renderId);
    renders.set(renderId, known);
    const [oldest] = renders.keys();
    if (renders.size > REMEMBERED && oldest !== undefined) renders.delete(oldest);
    return known;
  };
  return {
    fileOf: (renderId) => renders.get(renderId)?.fileId,
    made: (renderId, fileId) => void (of(renderId).fileId = fileId),
    lost(renderId, thrown) {
      const render = of(renderId);
      delete render.fileId;
      render.losses += 1;
      const error = toFramesongError(thrown);
      if (render.losses < most) return error;
      renders.delete(renderId);
      return error
        .prefixed(`the song was begun ${most} times and lost each time; it is not begun again by itself`)
        .with({ code: 'ABORTED', reason: 'RENDER_LOST' });
    },
    delivered: (renderId) => void renders.delete(renderId),
  };
}
