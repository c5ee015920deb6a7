import { writeFile } from 'node:fs/promises';
import { downloadArtifact, type Framesong } from '@framesong/client';
import { SongFormat, type Song } from '@framesong/contracts/music/v1/song';
import { msOfDuration } from '@framesong/rpc';
import { withLoopDelays, type LoopDelay, type LoopProcess } from '../measure/loop-delay.ts';
import { ownCpuMs } from '../processes/answering.ts';
import type { BenchStack } from '../processes/bench-stack.ts';
import { songRequest } from './song-request.ts';

/** What one song by the service took. */
export interface SongRun {
  readonly wallMs: number;
  /** Of the service, its workers, PostgreSQL and the caller. */
  readonly cpuMs: number;
  readonly soundSeconds: number;
  /** Of music and an idle process, in this order. */
  readonly delays: readonly LoopDelay[];
}

const LIMIT_MS = 240_000;

/** Makes a song by a call that waits for it. */
export async function callForSong({ music }: Framesong, seconds: number): Promise<Song> {
  const answers = music.rpc.generateSong(
    { request: songRequest(seconds), detachOnDisconnect: false },
    { timeoutMs: LIMIT_MS },
  );
  for await (const { part } of answers) if (part?.$case === 'song') return part.value;
  throw new Error('the call ended without a song');
}

/** Makes a song and measures. */
export async function makeSong(stack: BenchStack, seconds: number, idle: LoopProcess): Promise<SongRun> {
  const { value, delays } = await withLoopDelays([stack.service('music'), idle], async () => {
    const cpuAtStart = stack.cpuMs();
    const ownCpuAtStart = ownCpuMs();
    const startedAt = performance.now();
    const song = await callForSong(stack.framesong, seconds);
    const wallMs = performance.now() - startedAt;
    const ownCpu = ownCpuMs() - ownCpuAtStart;
    const soundSeconds = (msOfDuration(song.duration) ?? 0) / 1000;
    return { wallMs, cpuMs: stack.cpuMs() - cpuAtStart + ownCpu, soundSeconds };
  });
  return { ...value, delays };
}

/** Saves the score of a song as a MIDI file. */
export async function saveMidi({ music }: Framesong, song: Song, path: string): Promise<void> {
  const digest = song.files.find(({ format }) => format === SongFormat.MIDI)?.artifact?.digest;
  if (digest === undefined) throw new Error('the song has no MIDI file');
  await writeFile(path, downloadArtifact(music.artifacts, digest, { timeoutMs: LIMIT_MS }));
}
