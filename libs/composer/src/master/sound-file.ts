import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { StereoPcm } from '../engine.ts';
import { gainOf } from './decibels.ts';
import type { Sound } from './sound-source.ts';

const BYTES_PER_FRAME = 8;

/** A recording on disk: it takes no memory but for the piece that is read. */
export interface SoundFile extends Sound {
  /** Removes the file. */
  discard(): Promise<void>;
}

/** Writes a recording piece by piece. */
export interface SoundFileWriter {
  append(pcm: StereoPcm): void;
  /** The recording with a gain that it gets while it is read; may be called again for another gain. */
  finish(gainDb: number): SoundFile;
}

/**
 * A new file at `path`: stereo frames of two 32-bit floats. Reads and writes are synchronous: this runs in worker processes
 * that do nothing else, and encoders ask for one piece after the other.
 */
export function createSoundFile(path: string): SoundFileWriter {
  const file = openSync(path, 'w+');
  let frames = 0;
  return {
    append({ left, right }) {
      const samples = new Float32Array(left.length * 2);
      for (let frame = 0; frame < left.length; frame++) {
        samples[frame * 2] = left[frame]!;
        samples[frame * 2 + 1] = right[frame]!;
      }
      writeSync(file, new Uint8Array(samples.buffer), 0, samples.byteLength, frames * BYTES_PER_FRAME);
      frames += left.length;
    },
    finish(gainDb) {
      const gain = gainOf(gainDb);
      // One for all reads: pieces that are thrown away are collected late, and a song has hundreds of megabytes of them.
      let room = { left: new Float32Array(0), right: new Float32Array(0), both: new Float32Array(0) };
      return {
        frames,
        read(start, end) {
          const count = Math.max(0, Math.min(end, frames) - start);
          if (count > room.left.length) {
            room = { left: new Float32Array(count), right: new Float32Array(count), both: new Float32Array(count * 2) };
          }
          const samples = room.both;
          const bytes = new Uint8Array(samples.buffer, 0, count * BYTES_PER_FRAME);
          for (let filled = 0; filled < bytes.length;) {
            filled += readSync(file, bytes, filled, bytes.length - filled, start * BYTES_PER_FRAME + filled);
          }
          const pcm = { left: room.left.subarray(0, count), right: room.right.subarray(0, count) };
          for (let frame = 0; frame < count; frame++) {
            pcm.left[frame] = samples[frame * 2]! * gain;
            pcm.right[frame] = samples[frame * 2 + 1]! * gain;
          }
          return pcm;
        },
        async discard() {
          closeSync(file);
          await rm(path);
        },
      };
    },
  };
}
