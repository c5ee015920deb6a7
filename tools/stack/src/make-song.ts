import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadArtifact, durationText, stageTree, type Framesong } from '@framesong/client';
import { measureLoudness, SAMPLE_LYRICS, SAMPLE_STYLE } from '@framesong/composer';
import { SongFormat, type Song, type SongRequest } from '@framesong/contracts/music/v1/song';
import { FramesongError } from '@framesong/errors';
import { createProgressLine } from './progress-line.ts';
import { readWav } from './read-wav.ts';

const SHORTEST_SECONDS = 20;
const LONGEST_SECONDS = 30;
const TARGET_LUFS = -14;
const TOLERANCE_LU = 0.5;
const HIGHEST_PEAK_DBTP = -1;
const ENDINGS: Readonly<Partial<Record<SongFormat, string>>> = {
  [SongFormat.WAV]: 'wav',
  [SongFormat.FLAC]: 'flac',
  [SongFormat.MP3]: 'mp3',
  [SongFormat.OGG]: 'ogg',
  [SongFormat.OPUS]: 'opus',
  [SongFormat.MIDI]: 'midi',
  [SongFormat.LRC]: 'lrc',
};

/** Where the sample song goes, and who makes it. */
export interface SampleSong {
  readonly folder: string;
  /** Empty for the embedded composer. */
  readonly engine: string;
  readonly signal: AbortSignal;
}

/** A model needs minutes for a song. */
const LIMIT_MS = { composer: 180_000, engine: 1_200_000 };

/** Makes the sample song by calling the music service as any client would; checks it, and prints where it is. */
export async function makeSong(framesong: Framesong, { folder, engine, signal }: SampleSong): Promise<void> {
  const startedAt = performance.now();
  const { artifacts, rpc } = framesong.music;
  const progress = createProgressLine('song');
  let song: Song | undefined;
  const timeoutMs = engine === '' ? LIMIT_MS.composer : LIMIT_MS.engine;
  const call = rpc.generateSong({ request: songRequest(engine), detachOnDisconnect: false }, { signal, timeoutMs });
  for await (const { part } of call) {
    if (part?.$case === 'event') progress.show(part.value);
    else if (part?.$case === 'song') song = part.value;
  }
  progress.end();
  if (!song) throw new FramesongError('the sample song did not come', { code: 'INTERNAL', reason: 'NO_SONG' });
  await mkdir(folder, { recursive: true });
  for (const { format, artifact } of song.files) {
    const download = downloadArtifact(artifacts, artifact?.digest ?? '', { signal, timeoutMs: 30_000 });
    const bytes = Buffer.concat(await Array.fromAsync(download));
    if (format === SongFormat.WAV) check(bytes, engine === '');
    await writeFile(join(folder, `song.${ENDINGS[format] ?? 'bin'}`), bytes);
  }
  const sound = `${song.loudnessLufs.toFixed(1)} LUFS, ${song.truePeakDbtp.toFixed(1)} dBTP`;
  const others = song.files.flatMap(({ format }) =>
    format === SongFormat.WAV ? [] : [`.${ENDINGS[format] ?? 'bin'}`],
  );
  console.log(`\nsong: ${join(folder, 'song.wav')} (and ${others.join(', ')})`);
  console.log(
    `${song.style}, ${song.bpm} bpm, ${song.key}, ${sound}, by ${song.engine}, in ${durationText(performance.now() - startedAt)}\n`,
  );
  console.log(stageTree(song.stages).join('\n'));
}

function songRequest(engine: string): SongRequest {
  return {
    lyrics: SAMPLE_LYRICS,
    style: SAMPLE_STYLE,
    bpm: 0,
    key: '',
    seed: 7,
    engine,
    outputFormats: [
      SongFormat.WAV,
      SongFormat.FLAC,
      SongFormat.MP3,
      SongFormat.OGG,
      SongFormat.OPUS,
      // Only who plays a score has one.
      ...(engine === '' ? [SongFormat.MIDI] : []),
      SongFormat.LRC,
    ],
    requestId: '',
    labels: new Map([['origin', 'sample']]),
    priority: 0,
  };
}

/** Measures the sound that came: what the service says of it would prove nothing. */
function check(wav: Buffer, isComposed: boolean): void {
  const { pcm, sampleRateHz } = readWav(wav);
  const seconds = pcm.left.length / sampleRateHz;
  const { integratedLufs, truePeakDbtp } = measureLoudness(pcm, sampleRateHz);
  const faults = [
    // A model sings as long as it likes.
    ...(!isComposed || (seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS)
      ? []
      : [`lasts ${seconds.toFixed(1)} s`]),
    ...(Math.abs(integratedLufs - TARGET_LUFS) <= TOLERANCE_LU ? [] : [`has ${integratedLufs.toFixed(2)} LUFS`]),
    ...(truePeakDbtp <= HIGHEST_PEAK_DBTP ? [] : [`peaks at ${truePeakDbtp.toFixed(2)} dBTP`]),
  ];
  if (faults.length === 0) return;
  throw new FramesongError(`the sample song ${faults.join(' and ')}`, {
    code: 'INTERNAL',
    reason: 'SAMPLE_SONG_WRONG',
  });
}
