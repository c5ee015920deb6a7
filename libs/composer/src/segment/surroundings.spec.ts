import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSoundFile } from '../decode/decode-sound.ts';
import { SAMPLE_RATE_HZ } from '../engine.ts';
import { SEGMENT_MEDIA_TYPE, writeFlac } from './segment-file.ts';
import { writeSurroundings } from './surroundings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framesong-around-'));
});
afterAll(() => rm(folder, { recursive: true }));

const SEGMENT_SECONDS = 0.08;
const LENGTH = SAMPLE_RATE_HZ * SEGMENT_SECONDS;

/** A segment whose first half is quieter than its second. */
async function segment(level: number): Promise<string> {
  const side = new Float32Array(LENGTH).fill(level / 2).fill(level, LENGTH / 2);
  const path = join(folder, `segment-${level}`);
  await writeFlac({ left: side, right: side }, path);
  return path;
}

/** The level in the middle of each quarter of the length of a segment. */
async function levels(path: string): Promise<string[]> {
  const { left } = await decodeSoundFile(path, SEGMENT_MEDIA_TYPE);
  const quarter = LENGTH / 4;
  return Array.from({ length: left.length / quarter }, (_, at) => left[Math.floor((at + 0.5) * quarter)]!.toFixed(2));
}

describe('what stands around a section', () => {
  it('is what comes before it, silence in its place, and what comes after it', async () => {
    const path = join(folder, 'both');
    const before = { path: await segment(0.8), startSeconds: 0.04, endSeconds: 0.08 };
    const after = { path: await segment(0.4), startSeconds: 0, endSeconds: 0.06 };
    expect(await writeSurroundings({ before, after, gapSeconds: 0.04 }, path)).toEqual({
      startSeconds: 0.04,
      endSeconds: 0.08,
    });
    expect(await levels(path)).toEqual(['0.80', '0.80', '0.00', '0.00', '0.20', '0.20', '0.40']);
  });

  it('ends with the gap when nothing comes after it', async () => {
    const path = join(folder, 'before');
    const before = { path: await segment(0.8), startSeconds: 0.06, endSeconds: 0.08 };
    expect(await writeSurroundings({ before, gapSeconds: 0.02 }, path)).toEqual({
      startSeconds: 0.02,
      endSeconds: 0.04,
    });
    expect(await levels(path)).toEqual(['0.80', '0.00']);
  });
});
