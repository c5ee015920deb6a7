import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addressSettings, openFramesong } from '@framesong/client';
import { loadSettings } from '@framesong/config';
import { toFramesongError } from '@framesong/errors';
import { makeShot } from './make-shot.ts';
import { ROADSIDE } from './storyboard.ts';
import { uploadReferences } from './upload-references.ts';

const [pictures = '.framesong/samples', folder = '.framesong/roadside', sizeText = '1280x720'] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

/** Makes the first frames of the storyboard side by side. Resolves with whether all are there. */
async function makeStoryboard(signal: AbortSignal): Promise<boolean> {
  const { addresses } = loadSettings({ addresses: addressSettings });
  const hostAndPort = ({ host, port }: { host: string; port: number }) => `${host}:${port}`;
  using framesong = openFramesong({
    compression: hostAndPort(addresses.compression),
    imageGeneration: hostAndPort(addresses.imageGeneration),
  });
  const service = framesong.imageGeneration;
  const [width = 0, height = 0] = sizeText.split('x').map(Number);
  await mkdir(folder, { recursive: true });
  const references = await uploadReferences(service, ROADSIDE, pictures, signal);
  const made = await Promise.all(
    ROADSIDE.shots.map((shot) => {
      const file = join(folder, `${shot.id}.png`);
      const order = { storyboardId: ROADSIDE.id, shot, references, size: { width, height }, file };
      const report = (text: string) => console.log(`${shot.id}: ${text}`);
      return makeShot(service, order, report, signal).then(
        () => true,
        (error: unknown) => tell(shot.id, error),
      );
    }),
  );
  return made.every(Boolean);
}

/** Tells an error as it is meant to be read: the code for the program, each faulty field for whoever wrote the request. */
function tell(what: string, thrown: unknown): false {
  const { code, reason, message, violations, retryAfterMs, metadata } = toFramesongError(thrown);
  console.error(`${what}: ${code} ${reason}`);
  if (violations.length === 0) console.error(`  ${message}`);
  for (const { field, description } of violations) console.error(`  ${field}: ${description}`);
  if (retryAfterMs !== undefined) console.error(`  worth a repeat after ${retryAfterMs} ms`);
  for (const [name, value] of Object.entries(metadata)) console.error(`  ${name}: ${value}`);
  return false;
}

void makeStoryboard(stop.signal)
  .catch((error: unknown) => tell('storyboard', error))
  .then((isComplete) => (process.exitCode = isComplete ? 0 : 1));
