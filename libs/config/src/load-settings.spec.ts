import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { FramesongError } from '@framesong/errors';

import {
  address,
  defineSettings,
  durationMs,
  flag,
  folder,
  integer,
  loadSettings,
  oneOf,
  sizeBytes,
  text,
} from './index.ts';

const groups = {
  shop: defineSettings('shop', {
    workers: integer({ env: 'T_WORKERS', default: 4, min: 1, max: 64, unit: 'processes', description: 'd' }),
    timeoutMs: durationMs({ env: 'T_TIMEOUT', default: '180s', min: '1s', max: '15m', description: 'd' }),
    maxBytes: sizeBytes({ env: 'T_MAX', default: '300KB', min: '1KB', max: '20MB', description: 'd' }),
    apiKey: text({ env: 'T_API_KEY', secret: true, pattern: /sk-[a-z]+/, form: 'sk- and letters', description: 'd' }),
    greeting: text({ env: 'T_GREETING', default: 'hello', description: 'd' }),
  }),
  door: defineSettings('door', {
    open: flag({ env: 'T_OPEN', default: false, description: 'd' }),
    colour: oneOf({ env: 'T_COLOUR', default: 'red', values: ['red', 'blue'], description: 'd' }),
    home: folder({ env: 'T_HOME', default: 'some/where', description: 'd' }),
    listen: address({ env: 'T_LISTEN', default: '127.0.0.1:50051', description: 'd' }),
  }),
};

let folderPath: string;
beforeAll(() => (folderPath = mkdtempSync(join(tmpdir(), 'config-'))));
afterAll(() => rmSync(folderPath, { recursive: true }));

function written(name: string, content: string): string {
  const path = join(folderPath, name);
  writeFileSync(path, content);
  return path;
}

/** The violations as `field: description`. */
function faultsOf(source: Parameters<typeof loadSettings>[1]): string[] {
  try {
    loadSettings(groups, source);
  } catch (error) {
    if (!(error instanceof FramesongError)) throw error;
    expect([error.code, error.reason]).toEqual(['INVALID_ARGUMENT', 'CONFIGURATION_INVALID']);
    return error.violations.map((violation) => `${violation.field}: ${violation.description}`);
  }
  return [];
}

describe('loadSettings', () => {
  it('resolves defaults in the units that the names promise, and folders to absolute paths', () => {
    expect(loadSettings(groups, { env: {} })).toEqual({
      shop: { workers: 4, timeoutMs: 180_000, maxBytes: 307_200, greeting: 'hello' },
      door: { open: false, colour: 'red', home: resolve('some/where'), listen: { host: '127.0.0.1', port: 50051 } },
    });
  });

  it('lets the environment win over the file, and the file over the default', () => {
    const file = written('order.yaml', 'shop:\n  workers: 7\n  timeoutMs: 2m\ndoor:\n  open: true\n');
    const { shop, door } = loadSettings(groups, { env: { T_WORKERS: '9', FRAMESONG_CONFIG: file } });
    expect([shop.workers, shop.timeoutMs, shop.greeting, door.open]).toEqual([9, 120_000, 'hello', true]);
  });

  it('takes an empty variable as not set', () => {
    expect(loadSettings(groups, { env: { T_WORKERS: '', FRAMESONG_CONFIG: '' } }).shop.workers).toBe(4);
  });

  it('reports every fault of all groups at once with variable, value and expected form', () => {
    const env = {
      T_WORKERS: '65',
      T_TIMEOUT: '180',
      T_MAX: '21MB',
      T_OPEN: 'maybe',
      T_COLOUR: 'Red',
      T_LISTEN: 'localhost:70000',
    };
    expect(faultsOf({ env })).toEqual([
      'T_WORKERS: "65" is too large: expected a whole number from 1 to 64 (processes)',
      'T_TIMEOUT: "180" is not a duration: expected a number with ms, s, m, h or d, from 1s to 15m',
      'T_MAX: "21MB" is too large: expected a number with B, KB, MB, GB or TB, from 1KB to 20MB',
      'T_OPEN: "maybe" is neither true nor false: expected true or false',
      'T_COLOUR: "Red" is not one of the allowed values: expected one of red, blue',
      'T_LISTEN: "localhost:70000" names a port that cannot exist: expected host:port with a port from 0 to 65535 (an IPv6 host in square brackets)',
    ]);
  });

  it('never shows the value of a secret', () => {
    expect(faultsOf({ env: { T_API_KEY: 'sk-123' } })).toEqual([
      'T_API_KEY: the value has the wrong form: expected sk- and letters',
    ]);
  });

  it('reads a secret from the file that the _FILE variable names, without the line break at its end', () => {
    const env = { T_API_KEY_FILE: written('key', 'sk-abc\n') };
    expect(loadSettings(groups, { env }).shop.apiKey).toBe('sk-abc');
  });

  it('refuses a secret given twice, an empty secret file and one that cannot be read', () => {
    const env = { T_API_KEY_FILE: written('empty', '\n') };
    expect(faultsOf({ env })[0]).toMatch(/^T_API_KEY_FILE: .*empty is empty: expected sk- and letters/);
    expect(faultsOf({ env: { ...env, T_API_KEY: 'sk-abc' } })).toEqual([
      'T_API_KEY: is set together with T_API_KEY_FILE: set only one of them',
    ]);
    expect(faultsOf({ env: { T_API_KEY_FILE: join(folderPath, 'none') } })[0]).toMatch(/cannot be read: ENOENT/);
  });

  it('ignores _FILE for a setting that is no secret', () => {
    expect(loadSettings(groups, { env: { T_GREETING_FILE: '/does/not/exist' } }).shop.greeting).toBe('hello');
  });

  it('reports unknown groups, unknown settings and values that are no scalars, together with wrong values', () => {
    const file = written('faults.yaml', 'shop:\n  worker: 3\n  workers: many\n  maxBytes:\ncellar: {}\ndoor: [1]\n');
    expect(faultsOf({ env: {}, file })).toEqual([
      `shop.worker: is not a setting (in ${file}); the settings are workers, timeoutMs, maxBytes, apiKey, greeting`,
      `shop.maxBytes: has to be one text, number, true or false (in ${file}); remove the line to use the default`,
      `cellar: is not a group of settings (in ${file}); the groups are shop, door`,
      `door: has to hold settings, one per line as "name: value" (in ${file})`,
      'T_WORKERS: "many" (shop.workers in the configuration file) is not a whole number: expected a whole number from 1 to 64 (processes)',
    ]);
  });

  it.each([
    ['malformed', 'shop:\n  workers: [1', /is not valid YAML/],
    ['with a key twice', 'shop:\n  workers: 1\n  workers: 2\n', /is not valid YAML: Map keys must be unique/],
    ['that is a list', '- shop', /has to hold groups of settings/],
  ])('does not fall back to defaults for a file %s', (_name, content, message) => {
    const faults = faultsOf({ env: { FRAMESONG_CONFIG: written('bad.yaml', content) } });
    expect(faults[0]).toMatch(/^FRAMESONG_CONFIG: /);
    expect(faults[0]).toMatch(message);
  });

  it('does not fall back to defaults for a file that is missing', () => {
    expect(faultsOf({ env: { FRAMESONG_CONFIG: join(folderPath, 'none.yaml') } })[0]).toMatch(/cannot be read: ENOENT/);
  });

  it('takes an empty file as one without settings', () => {
    expect(loadSettings(groups, { env: {}, file: written('void.yaml', '# nothing\n') }).shop.workers).toBe(4);
  });
});
