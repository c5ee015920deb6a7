import { open, rename, stat } from 'node:fs/promises';
import type { StereoPcm } from '../engine.ts';

const CHUNK_FRAMES = 65_536;
const BYTES_PER_FRAME = 8;

/**
 * Writes a rendered section: stereo frames of two little-endian 32-bit floats, left then right, without a header. The file
 * appears under its name only when it is whole. Returns its size in bytes.
 */
export async function writeSectionFile(pcm: StereoPcm, path: string): Promise<number> {
  const partial = `${path}.partial`;
  const file = await open(partial, 'w');
  try {
    const bytes = Buffer.alloc(CHUNK_FRAMES * BYTES_PER_FRAME);
    for (let start = 0; start < pcm.left.length; start += CHUNK_FRAMES) {
      const frames = Math.min(CHUNK_FRAMES, pcm.left.length - start);
      for (let frame = 0; frame < frames; frame++) {
        bytes.writeFloatLE(pcm.left[start + frame]!, frame * BYTES_PER_FRAME);
        bytes.writeFloatLE(pcm.right[start + frame]!, frame * BYTES_PER_FRAME + 4);
      }
      await file.write(bytes, 0, frames * BYTES_PER_FRAME);
    }
  } finally {
    await file.close();
  }
  await rename(partial, path);
  return pcm.left.length * BYTES_PER_FRAME;
}

/** Reads a rendered section in pieces, so that the whole never stands in memory. The next piece overwrites the last. */
async function* readSectionFile(path: string): AsyncGenerator<StereoPcm> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(CHUNK_FRAMES * BYTES_PER_FRAME);
    const left = new Float32Array(CHUNK_FRAMES);
    const right = new Float32Array(CHUNK_FRAMES);
    for (;;) {
      const frames = Math.floor((await readFully(file, bytes)) / BYTES_PER_FRAME);
      if (frames === 0) return;
      for (let frame = 0; frame < frames; frame++) {
        left[frame] = bytes.readFloatLE(frame * BYTES_PER_FRAME);
        right[frame] = bytes.readFloatLE(frame * BYTES_PER_FRAME + 4);
      }
      yield { left: left.subarray(0, frames), right: right.subarray(0, frames) };
    }
  } finally {
    await file.close();
  }
}

/** Reads a rendered section as a whole. */
export async function readWholeSectionFile(path: string): Promise<StereoPcm> {
  const frames = Math.floor((await stat(path)).size / BYTES_PER_FRAME);
  const pcm = { left: new Float32Array(frames), right: new Float32Array(frames) };
  let at = 0;
  for await (const { left, right } of readSectionFile(path)) {
    pcm.left.set(left, at);
    pcm.right.set(right, at);
    at += left.length;
  }
  return pcm;
}

async function readFully(file: Awaited<ReturnType<typeof open>>, bytes: Buffer): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
