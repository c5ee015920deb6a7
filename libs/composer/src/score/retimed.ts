import type { SongPlan } from './song-plan.ts';

/**
 * The plan of a song as it was made: by whom, and with its sections and lines where they came to lie.
 * @param engine with version: `framesong-composer 1`
 */
export function retimed(plan: SongPlan, startsSeconds: readonly number[], engine: string): SongPlan {
  const gap = engine.lastIndexOf(' ');
  const made = gap < 0 ? [engine, ''] : [engine.slice(0, gap), engine.slice(gap + 1)];
  const maker = { name: made[0]!, version: made[1]! };
  // A song that was made as a whole has one start only: its sections are where they were planned.
  if (startsSeconds.length !== plan.sections.length) return { ...plan, engine: maker };
  const sections = plan.sections.map((section, index) => {
    const startSeconds = startsSeconds[index]!;
    const laterSeconds = startSeconds - section.startSeconds;
    const lines = section.lines.map((line) => ({ ...line, startSeconds: line.startSeconds + laterSeconds }));
    return { ...section, startSeconds, lines };
  });
  return { ...plan, engine: maker, sections };
}
