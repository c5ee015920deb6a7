import { loadSettings } from '@framesong/config';
import { providerHttpSettings } from '../http/settings.ts';
import { createMusicEngines, MUSIC_ENGINES, musicEngineSettings } from './registry.ts';

async function offered(env: Readonly<Record<string, string>>): Promise<string[]> {
  const settings = loadSettings(musicEngineSettings, { env });
  const { http } = loadSettings({ http: providerHttpSettings }, { env });
  const engines = createMusicEngines(settings, http);
  await Promise.all(engines.map((engine) => engine.close()));
  return engines.map(({ name }) => name);
}

describe('the music engines over HTTP', () => {
  it('have names of their own, and settings named after them', () => {
    const names = MUSIC_ENGINES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, settings } of MUSIC_ENGINES) {
      const prefix = `FRAMESONG_${name.toUpperCase().replaceAll('-', '_')}_`;
      for (const { env } of Object.values(settings.settings)) expect(env.startsWith(prefix)).toBe(true);
    }
  });

  it('are not offered where nothing is set', async () => {
    expect(await offered({})).toEqual([]);
  });

  it('of one’s own are offered with a base URL alone', async () => {
    expect(await offered({ FRAMESONG_ACE_STEP_BASE_URL: 'http://127.0.0.1:8001' })).toEqual(['ace-step']);
  });

  it('have the time limits that long songs need, unless they are told others', () => {
    const env = { FRAMESONG_ACE_STEP_READ_TIMEOUT: '20s' };
    expect(loadSettings(musicEngineSettings, { env: {} })['ace-step']).toMatchObject({
      connectTimeoutMs: 30_000,
      writeTimeoutMs: 30_000,
      readTimeoutMs: 900_000,
      totalTimeoutMs: 900_000,
      poolTimeoutMs: 10_000,
      connections: 2,
      keptConnections: 1,
      keepAliveMs: 30_000,
    });
    expect(loadSettings(musicEngineSettings, { env })['ace-step']).toMatchObject({ readTimeoutMs: 20_000 });
  });
});
