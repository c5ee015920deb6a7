import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';

const library = pathToFileURL(join(import.meta.dirname, '..')).href;

/** In a process of its own, because the decoder is a module that only Node itself can load. */
async function inFreshProcess<T>(lines: string, ...words: string[]): Promise<T> {
  const script = `
    import { encodeMp3 } from '${library}/encode/mp3.ts';
    import { decodeSoundFile } from '${library}/decode/decode-sound.ts';
    import { writeFile } from 'node:fs/promises';
    const words = process.argv.slice(1);
    ${lines}
  `;
  const child = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script, '--', ...words]);
  return JSON.parse(child.stdout) as T;
}

describe('an MP3 file', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'framesong-mp3-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('is read as the sound that it was made of, whatever it is said to be', async () => {
    const told = await inFreshProcess<{ length: number; likeness: number; right: number }>(
      `
      const side = (turns) => Float32Array.from({ length: 88_200 }, (_, at) => 0.4 * Math.sin(at / turns) * Math.min(1, at / 9000));
      const sound = { left: side(17), right: side(29) };
      await writeFile(words[0], Buffer.concat(await Array.fromAsync(encodeMp3(sound))));
      const read = await decodeSoundFile(words[0], 'audio/wav');
      // Encoder and decoder put a fixed silence before it.
      const likeness = (one, other) => {
        let best = 0;
        for (let shift = 0; shift < 3000; shift++) {
          let [together, ours, theirs] = [0, 0, 0];
          for (let at = 20_000; at < 24_000; at++) {
            together += one[at] * other[at + shift];
            ours += one[at] ** 2;
            theirs += other[at + shift] ** 2;
          }
          best = Math.max(best, together / Math.sqrt(ours * theirs));
        }
        return best;
      };
      console.log(JSON.stringify({
        length: read.left.length,
        likeness: likeness(sound.left, read.left),
        right: likeness(sound.right, read.right),
      }));`,
      join(folder, 'tone.mp3'),
    );
    expect(told.likeness).toBeGreaterThan(0.999);
    expect(told.right).toBeGreaterThan(0.999);
    expect(told.length).toBeGreaterThanOrEqual(88_200);
    expect(told.length).toBeLessThan(88_200 + 4 * 1152);
  });

  it('that holds no sound is refused with the forms that are taken', async () => {
    const path = join(folder, 'none.mp3');
    await writeFile(path, Buffer.concat([Buffer.from('ID3'), Buffer.alloc(50_000, 7)]));
    const told = await inFreshProcess<{ code: string; message: string }>(
      `await decodeSoundFile(words[0], 'audio/mpeg').catch(({ code, message }) => console.log(JSON.stringify({ code, message })));`,
      path,
    );
    expect(told.code).toBe('INVALID_ARGUMENT');
    expect(told.message).toMatch(/MP3 file.*FLAC and MP3 are taken/);
  });

  it('of hours of silence is refused before it fills the memory', async () => {
    const path = join(folder, 'silence.mp3');
    // MPEG 2.5, layer III, 8 kbit/s, 8 kHz, mono: 72 ms of silence in 72 bytes.
    const frame = Buffer.alloc(72);
    Buffer.from([0xff, 0xe3, 0x18, 0xc4]).copy(frame);
    await writeFile(path, Buffer.concat(Array.from({ length: 20_000 }, () => frame)));
    const told = await inFreshProcess<{ code: string; message: string }>(
      `await decodeSoundFile(words[0], 'audio/mpeg').then(
        ({ left }) => console.log(JSON.stringify({ code: 'OK', message: String(left.length) })),
        ({ code, message }) => console.log(JSON.stringify({ code, message })),
      );`,
      path,
    );
    expect(told).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('at most 1200 s') as string,
    });
  });
});
