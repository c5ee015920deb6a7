import { SONG_TAIL_SECONDS } from '../engine.ts';
import type { SectionTag } from '../lyrics/section-tags.ts';
import { barSeconds, formSeconds, wordlessSection, type FormSection, type SongForm } from './form.ts';
import { tempi } from './sung-form.ts';

const BODY: readonly SectionTag[] = ['verse', 'chorus', 'verse', 'chorus', 'bridge', 'chorus', 'inst', 'chorus'];
const USUAL_SECTION_SECONDS = 17;

/** The form of a piece without words: as near to the wanted length as whole bars and the tempo range allow. */
export function instrumentalForm(
  durationSeconds: number,
  bpmRange: readonly [number, number],
  drawnBpm: number,
): SongForm {
  let best: SongForm | undefined;
  let bestCost = Infinity;
  for (const bpm of tempi(bpmRange)) {
    const bars = Math.max(1, Math.round((durationSeconds - SONG_TAIL_SECONDS) / barSeconds(bpm)));
    const form = { bpm, sections: sectionsOf(bars, bpm) };
    const cost = Math.abs(formSeconds(form) - durationSeconds) + Math.abs(bpm - drawnBpm) * 0.02;
    if (cost < bestCost) [best, bestCost] = [form, cost];
  }
  return best!;
}

function sectionsOf(bars: number, bpm: number): FormSection[] {
  if (bars < 4) return [wordlessSection('inst', bars)];
  const end = bars < 8 ? 1 : bars < 24 ? 2 : 4;
  const bodyBars = bars - 2 * end;
  const usualBars = Math.max(4, 2 ** Math.round(Math.log2(USUAL_SECTION_SECONDS / barSeconds(bpm))));
  const count = Math.max(1, Math.round(bodyBars / usualBars));
  const body: FormSection[] = [];
  let left = bodyBars;
  for (let index = 0; index < count; index++) {
    const sectionsLeft = count - index - 1;
    const share = sectionsLeft === 0 ? left : Math.round(left / (sectionsLeft + 1) / 2) * 2;
    // A single section, and the last one, is the theme itself.
    const tag = sectionsLeft === 0 ? 'chorus' : BODY[index % BODY.length]!;
    body.push(wordlessSection(tag, share));
    left -= share;
  }
  return [wordlessSection('intro', end), ...body, wordlessSection('outro', end)];
}
