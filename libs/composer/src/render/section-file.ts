import { open, rename } from 'node:fs/promises';
import type { StereoPcm } from '../engine.ts';
import type { SongPlan } from '../score/song-plan.ts';
import { renderSection, type RenderOptions } from './render-section.ts';

const CHUNK_FRAMES = 65_536;
const BYTES_PER_FRAME = 8;

/** A rendered section on disk: stereo frames of two little-endian 32-bit floats, left then right, without a header. */
export interface SectionFile {
  readonly path: string;
  readonly frames: number;
  readonly sizeBytes: number;
}

/** {@link renderSection} into a file. The file appears under its name only when it is whole. */
export async function renderSectionToFile(
  plan: SongPlan,
  index: number,
  path: string,
  options: RenderOptions = {},
): Promise<SectionFile> {
  const pcm = await renderSection(plan, index, options);
  await writeSectionFile(pcm, path);
  return { path, frames: pcm.left.length, sizeBytes: pcm.left.length * BYTES_PER_FRAME };
}

/** Writes samples in the form of {@link SectionFile}, by way of a file beside it. */
export async function writeSectionFile(pcm: StereoPcm, path: string): Promise<void> {
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
}

/** Reads a {@link SectionFile} in pieces, so that the whole never stands in memory. The next piece overwrites the last. */
export async function* readSectionFile(path: string): AsyncGenerator<StereoPcm> {
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

async function readFully(file: Awaited<ReturnType<typeof open>>, bytes: Buffer): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
