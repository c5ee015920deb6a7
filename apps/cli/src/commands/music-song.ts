import { basename, extname, join } from 'node:path';
import { downloadArtifact, durationText, stageTree, submitSong } from '@framesong/client';
import { Job } from '@framesong/contracts/job/v1/job';
import { Song, SongFormat, type SongRequest } from '@framesong/contracts/music/v1/song';
import { invalidField } from '@framesong/errors';
import { durationOfMs, msOfDuration } from '@framesong/rpc';
import type { Command } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { readText, writeOutput } from '../files.ts';
import { followJob } from '../job/follow-job.ts';
import { reportFailure } from '../job/job-text.ts';
import { listOf, parseDurationMs, wholeNumber } from '../options/option-parsers.ts';
import { cacheOf, parseDistance, REUSE_OPTION } from '../options/reuse-option.ts';
import { protoJson } from '../output/proto-json.ts';
import { sizeText, tableLines } from '../output/table.ts';
import type { Session } from '../session.ts';

const FORMATS = {
  wav: SongFormat.WAV,
  flac: SongFormat.FLAC,
  mp3: SongFormat.MP3,
  ogg: SongFormat.OGG,
  opus: SongFormat.OPUS,
  midi: SongFormat.MIDI,
  lrc: SongFormat.LRC,
} as const;
const EXTENSIONS: Readonly<Record<string, string>> = { midi: 'mid' };
const names = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

interface SongOptions {
  readonly lyrics?: string;
  readonly style: string;
  readonly seed?: number;
  readonly reuse?: number | true;
  readonly duration?: number;
  readonly bpm: number;
  readonly key: string;
  readonly instrumental?: boolean;
  readonly format?: readonly (keyof typeof FORMATS)[];
  readonly output: string;
}

/** `framesong music song` */
export const musicSong: CliCommand = {
  define: (command: Command) =>
    void command
      .option('--lyrics <file>', 'lyrics with [verse], [chorus] and other tags, each on a line of its own')
      .option('--style <text>', 'style in words: lo-fi, rainy, piano (default: pop)', '')
      .option('--seed <number>', 'same seed, same song (default: chosen)', wholeNumber(0, 4_294_967_295))
      .option(...REUSE_OPTION, parseDistance)
      .option(
        '--duration <duration>',
        'how long it should be (default: as the lyrics need, 60s without)',
        parseDurationMs,
      )
      .option('--bpm <number>', 'beats per minute, 40 to 240 (default: by style)', wholeNumber(0, 240), 0)
      .option('--key <key>', 'C major, A minor (default: by style and seed)', '')
      .option('--instrumental', 'without lyrics, of the given duration')
      .option(
        '--format <formats>',
        'wav, flac, mp3, ogg, opus, midi, lrc; several with commas or repeats (default: flac, mp3, midi, lrc)',
        listOf(names),
      )
      .requiredOption('-o, --output <folder>', 'where to write the files of the song'),
  async run(session, _, values) {
    const options = values as unknown as SongOptions;
    const { globals, output, framesong } = session;
    const request = await songRequest(session, options);
    session.interrupt.throwIfAborted();
    // Not ended by Ctrl-C: whether the job was accepted has to be known.
    const limitMs = session.call(10_000).timeoutMs ?? 10_000;
    const job = await submitSong(framesong.music, request, session.lastCall(limitMs));
    if (globals.detach) {
      output.result({ job: protoJson(Job, job) }, () => [job.id]);
      return 0;
    }
    output.note(`song: job ${job.id}`);
    const ended = await followJob(session, job.id, { what: 'song' });
    if (!ended.result) {
      if (output.isJson) output.result({ job: protoJson(Job, ended) }, () => []);
      return reportFailure(session, ended);
    }
    const song = Song.decode(ended.result.value);
    const files = await saveFiles(session, song, options);
    output.result({ files, job: protoJson(Job, ended) }, () => [
      ...tableLines(
        ['file', 'size'],
        files.map(({ file, sizeBytes }) => [file, sizeText(sizeBytes)]),
      ),
      '',
      `${durationText(msOfDuration(song.duration) ?? 0)}, ${song.style}, ${song.key}, ${song.bpm} bpm, ` +
        `${song.loudnessLufs.toFixed(1)} LUFS, peak ${song.truePeakDbtp.toFixed(1)} dBTP, seed ${song.seed}, by ${song.engine}`,
      ...song.warnings.map((warning) => `warning: ${warning}`),
      '',
      ...stageTree(song.stages),
    ]);
    return 0;
  },
};

async function songRequest({ globals }: Session, options: SongOptions): Promise<SongRequest> {
  if (options.lyrics === undefined && options.instrumental !== true)
    throw invalidField('--lyrics', 'is missing; name a file, or ask for --instrumental');
  if (options.lyrics !== undefined && options.instrumental === true)
    throw invalidField('--lyrics', 'does not go with --instrumental; leave one of them out');
  return {
    lyrics: options.lyrics === undefined ? '' : await readText('--lyrics', options.lyrics),
    style: options.style,
    duration: options.duration === undefined ? undefined : durationOfMs(options.duration),
    bpm: options.bpm,
    key: options.key,
    seed: options.seed,
    engine: '',
    outputFormats: (options.format ?? []).map((name) => FORMATS[name]),
    requestId: globals.requestId ?? '',
    labels: new Map(globals.labels),
    priority: 0,
    cache: cacheOf(options.reuse, options.seed),
  };
}

/** The files are named after the lyrics. */
function saveFiles(session: Session, { files }: Song, { lyrics, output }: SongOptions) {
  const stem = lyrics === undefined ? 'instrumental' : basename(lyrics, extname(lyrics));
  return Promise.all(
    files.map(async ({ format, artifact }) => {
      const name = names.find((candidate) => FORMATS[candidate] === format) ?? 'bin';
      const file = join(output, `${stem}.${EXTENSIONS[name] ?? name}`);
      const content = downloadArtifact(session.framesong.music.artifacts, artifact!.digest, session.call());
      return { file, sizeBytes: await writeOutput('--output', file, content), digest: artifact!.digest };
    }),
  );
}
