import { loadSettings } from '@framesong/config';
import { allowListOf, referenceSettings } from '../index.ts';

const load = (env: NodeJS.ProcessEnv) => loadSettings({ references: referenceSettings }, { env }).references;

it('by default nothing is on the allow-list and only https is fetched', () => {
  const settings = load({});
  expect(allowListOf(settings.allowed)).toEqual([]);
  expect(settings).toMatchObject({
    allowHttp: false,
    totalTimeoutMs: 60_000,
    maxBytes: 50 * 1024 ** 2,
    maxRedirects: 5,
  });
});

it('the allow-list holds hosts with ports', () => {
  expect(
    allowListOf(load({ FRAMESONG_REFERENCE_ALLOW: '127.0.0.1:8080, [::1]:9000,nas.internal:443' }).allowed),
  ).toEqual(['127.0.0.1:8080', '[::1]:9000', 'nas.internal:443']);
});

it('an entry without port is refused', () => {
  expect(() => load({ FRAMESONG_REFERENCE_ALLOW: '127.0.0.1' })).toThrow('FRAMESONG_REFERENCE_ALLOW');
});
