import type { MusicCallContext, MusicProgress } from './music-engine.ts';

/** What is told never goes back, and never beyond the end; what is no progress at all is left out; `onStart` comes once. */
export function neverBack(context: MusicCallContext): MusicCallContext {
  let highest = 0;
  let hasStarted = false;
  const onProgress = ({ done, total, unit, stage }: MusicProgress): void => {
    if (!(total > 0 && total < Infinity && done >= 0)) return;
    const share = Math.min(1, done / total);
    const told = share < highest ? highest * total : Math.min(done, total);
    highest = Math.max(highest, share);
    context.onProgress?.({ done: told, total, unit, stage });
  };
  const onStart = (): void => {
    if (!hasStarted) context.onStart?.();
    hasStarted = true;
  };
  return { ...context, onProgress, onStart };
}
