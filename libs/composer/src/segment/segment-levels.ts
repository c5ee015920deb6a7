/** The part of a planned section that its level follows from. */
export interface LevelSource {
  readonly durationSeconds: number;
  /** 0 to 1 */
  readonly energy: number;
}

/** What the sections of a song have together before the last, constant gain brings it to -14 LUFS. */
const SONG_LUFS = -13.7;
/** Louder than this a section would have to be limited audibly. */
const LOUDEST_SECTION_LUFS = -11.8;
/** How many LU louder a section of energy 1 is than one of energy 0, where the song has room for it. */
const STEEPEST_LU = 8;

/**
 * The loudness of each section in LUFS: the more energy, the louder, and all together near that of the song. It follows
 * from the plan alone, so that one section can be made anew and the others stay as they are.
 */
export function segmentLevels(sections: readonly LevelSource[]): number[] {
  const total = sections.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  for (let steepness = STEEPEST_LU; ; steepness--) {
    const offsets = sections.map(({ energy }) => (energy - 1) * steepness);
    const power = sections.reduce(
      (sum, { durationSeconds }, index) => sum + durationSeconds * 10 ** (offsets[index]! / 10),
      0,
    );
    const base = SONG_LUFS - 10 * Math.log10(power / total);
    const levels = offsets.map((offset) => base + offset);
    if (steepness === 0 || Math.max(...levels) <= LOUDEST_SECTION_LUFS) return levels;
  }
}
