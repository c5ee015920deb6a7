import { readFile, stat } from 'node:fs/promises';
import { FramesongError } from '@framesong/errors';
import { Secret } from './secret.ts';

/** Where a provider's key comes from. `file` wins: it can be changed while the service runs. */
export interface KeyLocation {
  readonly value?: string | undefined;
  readonly file?: string | undefined;
  /** Name of the setting, for the error: `FRAMESONG_JIEKOU_API_KEY`. */
  readonly setting: string;
}

/** Gives the key that holds now. */
export interface KeySource {
  /** @throws FramesongError FAILED_PRECONDITION `PROVIDER_KEY_MISSING`, nothing sent. */
  current(): Promise<Secret>;
}

/** A key from a setting, or from a file that is read again whenever it has changed: rotation needs no restart. */
export function createKeySource(location: KeyLocation): KeySource {
  const { file, value } = location;
  let seen = '';
  let secret: Secret | undefined;

  async function fromFile(path: string): Promise<Secret> {
    const { mtimeMs, size, ino } = await stat(path);
    const state = `${mtimeMs} ${size} ${ino}`;
    if (secret && state === seen) return secret;
    const text = (await readFile(path, 'utf8')).trim();
    // While it is being rewritten a file can be empty: the key that held before still holds.
    if (text === '' && secret) return secret;
    seen = state;
    return (secret = new Secret(text));
  }

  return {
    async current() {
      if (file !== undefined && file !== '') {
        const found = await fromFile(file).catch((cause: unknown) => {
          throw keyMissing(location, `the file that ${location.setting}_FILE names cannot be read`, cause);
        });
        if (found.reveal() !== '') return found;
        throw keyMissing(location, `the file that ${location.setting}_FILE names is empty`);
      }
      if (value === undefined || value === '') throw keyMissing(location, 'no key is set');
      return (secret ??= new Secret(value));
    },
  };
}

function keyMissing({ setting }: KeyLocation, what: string, cause?: unknown): FramesongError {
  return new FramesongError(`${what}: set ${setting}, or ${setting}_FILE to a file that holds the key`, {
    code: 'FAILED_PRECONDITION',
    reason: 'PROVIDER_KEY_MISSING',
    outcome: 'not_sent',
    cause,
    metadata: { setting },
  });
}
