import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeWav } from '../encode/wav.ts';
import { planSong } from '../score/plan-song.ts';
import { STYLE_NAMES } from '../style/profiles.ts';
import { makeSong } from './make-song.ts';
import { MEASURED_LYRICS } from './sample-lyrics.ts';
import { scoreFaults } from './score-faults.ts';
import { songPicture } from './song-picture.ts';
import { soundFigures, type SoundFigures } from './sound-figures.ts';

const SONG_SECONDS = 60;
/** The second lyrics have an interlude, so the two songs of each style differ in form and language. */
const RENDERED_LYRICS = MEASURED_LYRICS.slice(0, 2);

/** `measure-composer [--seeds 300] [--styles folk,rock] [--output folder]`: prints figures; ends with 1 where a rule is broken. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '300' },
      styles: { type: 'string', default: STYLE_NAMES.join() },
      output: { type: 'string' },
    },
  });
  const styles = values.styles.split(',');
  let faults = measureScores(styles, Number(values.seeds));
  if (values.output !== undefined) faults += await measureSounds(styles, values.output);
  if (faults > 0) process.exitCode = 1;
}

function measureScores(styles: readonly string[], seeds: number): number {
  let scores = 0;
  let faulty = 0;
  for (const style of styles) {
    for (let seed = 0; seed < seeds; seed++) {
      const lyrics = MEASURED_LYRICS[seed % MEASURED_LYRICS.length]!;
      const faults = scoreFaults(planSong({ lyrics, style, seed }), lyrics);
      scores++;
      if (faults.length === 0) continue;
      faulty++;
      console.log(`${style}, seed ${seed}: ${faults.join('; ')}`);
    }
  }
  console.log(`${scores} scores in ${styles.length} styles, ${faulty} of them with faults`);
  return faulty;
}

/** Renders two songs of a minute in each style, measures them, and leaves each as WAV and as a picture. */
async function measureSounds(styles: readonly string[], folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  let faulty = 0;
  console.log('style, seed | LUFS | dBTP | range LU | silence s | seam dB | bar likeness | repeated bars | bands dB');
  for (const style of styles) {
    for (const [index, lyrics] of RENDERED_LYRICS.entries()) {
      const seed = 2 * STYLE_NAMES.indexOf(style) + index;
      const plan = planSong({ lyrics, style, seed, durationSeconds: SONG_SECONDS });
      const pcm = await makeSong(plan, folder);
      const figures = soundFigures(plan, pcm);
      console.log(lineOf(`${style}, ${seed}`, figures));
      if (isFaulty(figures)) faulty++;
      const stem = join(folder, `${style}-${seed}`);
      await writeFile(`${stem}.wav`, encodeWav(pcm));
      await writeFile(`${stem}.png`, songPicture(plan, pcm));
    }
  }
  console.log(`${styles.length * RENDERED_LYRICS.length} songs, ${faulty} of them outside their bounds`);
  return faulty;
}

function isFaulty({ integratedLufs, truePeakDbtp, longestSilenceSeconds }: SoundFigures): boolean {
  return Math.abs(integratedLufs + 14) > 0.5 || truePeakDbtp > -1 || longestSilenceSeconds > 1.5;
}

function lineOf(name: string, figures: SoundFigures): string {
  const { integratedLufs, truePeakDbtp, rangeLu, longestSilenceSeconds, worstSeamDb } = figures;
  const numbers = [integratedLufs, truePeakDbtp, rangeLu, longestSilenceSeconds, worstSeamDb];
  const { toPrevious, repeatedShare, bandsDb, stepsLu } = figures;
  const texts = numbers.map((number) => number.toFixed(1));
  texts.push(toPrevious.toFixed(3), `${(repeatedShare * 100).toFixed(0)} %`);
  texts.push(bandsDb.map((level) => level.toFixed(0)).join(' '));
  return [name, ...texts, `steps ${stepsLu.map((step) => step.toFixed(1)).join(' ')}`].join(' | ');
}

void main();
