import { loadSettings } from '@framesong/config';
import { providerHttpSettings } from '../http/settings.ts';
import { pricesOf } from './provider-settings.ts';
import { createImageProviders, IMAGE_PROVIDERS, imageProviderSettings } from './registry.ts';

async function offered(env: Readonly<Record<string, string>>): Promise<string[]> {
  const settings = loadSettings(imageProviderSettings, { env });
  const { http } = loadSettings({ http: providerHttpSettings }, { env });
  const providers = createImageProviders(settings, http);
  const names = [...providers.values()].map(({ name }) => name);
  await Promise.all([...providers.values()].map((provider) => provider.close()));
  return names;
}

const keyless = IMAGE_PROVIDERS.filter(({ isKeyless }) => isKeyless).map(({ name }) => name);

describe('the providers', () => {
  it('have names of their own, and settings named after them', () => {
    const names = IMAGE_PROVIDERS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, settings } of IMAGE_PROVIDERS) {
      expect(settings.group).toBe(name);
      for (const { env } of Object.values(settings.settings))
        expect(env.startsWith(`FRAMESONG_${name.toUpperCase()}_`)).toBe(true);
    }
  });

  it('are not offered without a key', async () => {
    expect((await offered({})).filter((name) => !keyless.includes(name))).toEqual([]);
  });

  it('are offered with a key, or a file for one', async () => {
    expect(await offered({ FRAMESONG_JIEKOU_API_KEY: 'k' })).toContain('jiekou');
    expect(await offered({ FRAMESONG_JIEKOU_API_KEY_FILE: __filename })).toContain('jiekou');
  });

  it.each(['https://api.example/', 'ftp://api.example', 'https://api.example?x=1', 'api.example'])(
    'refuse the base URL %s',
    (url) => {
      expect(() => loadSettings(imageProviderSettings, { env: { FRAMESONG_JIEKOU_BASE_URL: url } })).toThrow(
        'FRAMESONG_JIEKOU_BASE_URL',
      );
    },
  );

  it('take prices from the operator', () => {
    const { jiekou } = loadSettings(imageProviderSettings, {
      env: { FRAMESONG_JIEKOU_PRICES: 'seedream-4.5=0.04, nano-banana-pro-light-i2i=0.35 CNY' },
    });
    expect([...pricesOf(jiekou!)]).toEqual([
      ['seedream-4.5', { perImage: '0.04', currency: 'USD' }],
      ['nano-banana-pro-light-i2i', { perImage: '0.35', currency: 'CNY' }],
    ]);
    expect([...pricesOf({ prices: '' })]).toEqual([]);
  });
});
