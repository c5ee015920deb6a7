import type { MusicCallContext } from './music-engine.ts';

/** Tells what an engine is at that says nothing of how far it is. */
export interface StageProgress {
  /** Nothing is made yet: `queued`, `generate`. */
  working(stage: string): void;
  /** It is made, and on its way. */
  made(): void;
  /** It is here. */
  arrived(): void;
}

/** What is left for the way of a finished sound, in percent: little beside the minutes that it took. */
const WAY_PERCENT = 5;

/** Only what has happened moves it: there is no clock behind it, so it stands still while the engine works. */
export function createStageProgress({ onProgress }: Pick<MusicCallContext, 'onProgress'>): StageProgress {
  const tell = (done: number, stage: string): void => onProgress?.({ done, total: 100, unit: 'percent', stage });
  return {
    working: (stage) => tell(0, stage),
    made: () => tell(100 - WAY_PERCENT, 'download'),
    arrived: () => tell(100, 'download'),
  };
}
