import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadArtifact, submitSong } from '@framesong/client';
import { STYLE_NAMES } from '@framesong/composer';
import { Song, SongFormat, type SongRequest } from '@framesong/contracts/music/v1/song';
import { durationOfMs } from '@framesong/rpc';
import type { BenchContext, Figure } from '../bench.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { startBenchStack, type BenchStack } from '../processes/bench-stack.ts';
import { startToneEngine } from '../processes/tone-engine.ts';
import { songRequest } from '../song/song-request.ts';
import { measureWithFfmpeg, type MeasuredLoudness } from './ebur128.ts';

const TARGET_LUFS = -14;
const SONG_SECONDS = 30;
const LIMIT_MS = 300_000;

/** Finished songs of every style and by another engine, as ffmpeg hears them. */
export async function loudnessFigures({ quick, say }: Pick<BenchContext, 'quick' | 'say'>): Promise<Figure[]> {
  await using folder = await makeBenchFolder();
  await using engine = await startToneEngine(0);
  await using stack = await startBenchStack(['music'], folder.path, {
    FRAMESONG_MUSIC_ENGINES: `tones=${engine.address}`,
  });
  const styles = quick ? STYLE_NAMES.slice(0, 2) : STYLE_NAMES;
  const wishes: Partial<SongRequest>[] = [
    ...styles.map((style, seed) => ({ style, seed })),
    { engine: 'tones' },
    { engine: 'tones', segmented: false },
  ];
  const lossless: MeasuredLoudness[] = [];
  const lossy: MeasuredLoudness[] = [];
  for (const wish of wishes) {
    const [flac, ...others] = await soundsOf(stack, wish, folder.path);
    const heard = measureWithFfmpeg(flac!);
    if (!heard) {
      say('there is no ffmpeg here: loudness is not measured');
      return [];
    }
    lossless.push(heard);
    lossy.push(...others.map((path) => measureWithFfmpeg(path)!));
    say(`${wish.style ?? wish.engine ?? ''}: ${heard.integratedLufs} LUFS, ${heard.truePeakDbtp} dBTP`);
  }
  const farthest = (heard: readonly MeasuredLoudness[]) =>
    Math.max(...heard.map(({ integratedLufs }) => Math.abs(integratedLufs - TARGET_LUFS)));
  const peak = (heard: readonly MeasuredLoudness[]) => Math.max(...heard.map(({ truePeakDbtp }) => truePeakDbtp));
  const by = `${lossless.length} songs of ${styles.length} styles, by ffmpeg ebur128`;
  return [
    { figure: 'loudness_error_lu', value: farthest(lossless), unit: 'LU', against: `-14 LUFS; ${by}; at most 0.5` },
    { figure: 'true_peak_dbtp', value: peak(lossless), unit: 'dBTP', against: `${by}; at most -1` },
    { figure: 'loudness_error_lossy_lu', value: farthest(lossy), unit: 'LU', against: 'the same as MP3 and Opus' },
    { figure: 'true_peak_lossy_dbtp', value: peak(lossy), unit: 'dBTP', against: 'the same as MP3 and Opus' },
  ];
}

/** Files of one song: FLAC first. */
async function soundsOf(
  { framesong: { music } }: BenchStack,
  wish: Partial<SongRequest>,
  folder: string,
): Promise<readonly string[]> {
  const outputFormats = [SongFormat.FLAC, SongFormat.MP3, SongFormat.OPUS];
  const request = { ...songRequest(SONG_SECONDS), lyrics: '', duration: durationOfMs(SONG_SECONDS * 1000), ...wish };
  const { id } = await submitSong(music, { ...request, outputFormats }, { timeoutMs: LIMIT_MS });
  const { job } = await music.jobs.waitJob({ jobId: id }, { timeoutMs: LIMIT_MS });
  if (!job?.result) throw new Error(`the song came to nothing: ${job?.error?.message ?? ''}`);
  const endings = ['flac', 'mp3', 'opus'];
  return Promise.all(
    Song.decode(job.result.value).files.map(async ({ artifact }, place) => {
      const path = join(folder, `${id}.${endings[place]!}`);
      await writeFile(path, downloadArtifact(music.artifacts, artifact!.digest, { timeoutMs: LIMIT_MS }));
      return path;
    }),
  );
}
