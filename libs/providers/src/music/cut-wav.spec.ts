import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cutWav } from './cut-wav.ts';

const RATE_HZ = 1000;

/** Mono of 16 bits whose samples count up, with a chunk before them that nobody knows. */
function wav(samples: number, announcedBytes = samples * 2): Buffer {
  const header = Buffer.alloc(12 + 24 + 12 + 8);
  header.write('RIFF', 0, 'latin1');
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE_HZ, 24);
  header.writeUInt32LE(RATE_HZ * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('LIST', 36, 'latin1');
  header.writeUInt32LE(3, 40);
  header.write('data', 48, 'latin1');
  header.writeUInt32LE(announcedBytes, 52);
  const data = Buffer.alloc(samples * 2);
  for (let at = 0; at < samples; at += 1) data.writeInt16LE(at, at * 2);
  return Buffer.concat([header, data]);
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framesong-cut-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function cut(source: Buffer, startSeconds: number, endSeconds: number): Promise<Buffer> {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await writeFile(from, source);
  const sizeBytes = await cutWav(from, to, { startSeconds, endSeconds });
  const made = await readFile(to);
  expect(made.length).toBe(sizeBytes);
  return made;
}

describe('a cut of a WAV file', () => {
  it('holds exactly the samples of its seconds, and says how many there are', async () => {
    const made = await cut(wav(500), 0.1, 0.3);
    expect(made.toString('latin1', 0, 4)).toBe('RIFF');
    expect(made.readUInt32LE(4)).toBe(made.length - 8);
    expect(made.toString('latin1', 36, 40)).toBe('data');
    expect(made.readUInt32LE(40)).toBe(400);
    expect(made.readInt16LE(44)).toBe(100);
    expect(made.readInt16LE(made.length - 2)).toBe(299);
  });

  it('ends where the sound ends, also when the file says that it is endless', async () => {
    const made = await cut(wav(500, 0xffffffff), 0.4, 9);
    expect(made.readUInt32LE(40)).toBe(200);
  });

  it.each([
    ['that is none', Buffer.alloc(200), 'is no WAV'],
    ['without samples', wav(10).subarray(0, 44), 'has no samples'],
    ['that is too short', wav(50), 'nothing of what was asked for'],
  ])('is refused of a file %s', async (_, source, why) => {
    await expect(cut(source, 0.1, 0.3)).rejects.toMatchObject({
      reason: 'PROVIDER_RESULT_INVALID',
      message: expect.stringContaining(why) as string,
    });
  });
});
