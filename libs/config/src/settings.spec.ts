import { address, durationMs, flag, integer, oneOf, sizeBytes, text } from './index.ts';

const description = 'd';
const duration = durationMs({ env: 'T', default: '1s', min: '0ms', max: '2d', description });
const size = sizeBytes({ env: 'T', default: '1KB', min: '0B', max: '2GB', description });
const listen = address({ env: 'T', default: 'localhost:0', description });

describe('settings', () => {
  it.each([
    ['250ms', 250],
    ['1.5s', 1500],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['0s', 0],
  ])('reads the duration %s as %i ms', (seen, expected) => {
    expect(duration.parse(seen)).toEqual({ value: expected });
  });

  it.each(['5', 's', '-1s', '1 week', '1e3s', '5 s ', '5S'])('refuses the duration "%s"', (seen) => {
    expect(duration.parse(seen)).toEqual({ fault: 'is not a duration' });
  });

  it.each([
    ['12B', 12],
    ['300KB', 307_200],
    ['300 kb', 307_200],
    ['1.5MiB', 1_572_864],
    ['2GB', 2_147_483_648],
  ])('reads the size %s as %i bytes', (seen, expected) => {
    expect(size.parse(seen)).toEqual({ value: expected });
  });

  it.each(['300', 'KB', '1 k', '0x10B'])('refuses the size "%s"', (seen) => {
    expect(size.parse(seen)).toEqual({ fault: 'is not a size' });
  });

  it.each([
    ['127.0.0.1:50051', { host: '127.0.0.1', port: 50051 }],
    ['compression.local:0', { host: 'compression.local', port: 0 }],
    ['[::1]:443', { host: '::1', port: 443 }],
  ])('reads the address %s', (seen, expected) => {
    expect(listen.parse(seen)).toEqual({ value: expected });
  });

  it.each(['localhost', '::1:443', 'http://localhost:80', ':80', 'a b:80'])('refuses the address "%s"', (seen) => {
    expect(listen.parse(seen)).toEqual({ fault: 'is not host:port' });
  });

  it('reads flags in any case and compares names exactly', () => {
    const open = flag({ env: 'T', default: true, description });
    expect(['TRUE', 'on', '0', 'No'].map(open.parse)).toEqual([true, true, false, false].map((value) => ({ value })));
    const colour = oneOf({ env: 'T', default: 'red', values: ['red', 'blue'], description });
    expect(colour.parse('blue')).toEqual({ value: 'blue' });
    expect(colour.parse('BLUE')).toHaveProperty('fault');
  });

  it('matches a pattern against the whole text', () => {
    const url = text({ env: 'T', pattern: /https:.*|none/g, description });
    expect(url.parse('https://x')).toEqual({ value: 'https://x' });
    expect(url.parse('see https://x')).toHaveProperty('fault');
    expect(url.parse('nonesuch')).toHaveProperty('fault');
  });

  it('refuses a whole number with a fraction or beyond its limits', () => {
    const count = integer({ env: 'T', default: 0, min: -2, max: 2, description });
    expect(count.parse('-2')).toEqual({ value: -2 });
    expect(count.parse('1.5')).toEqual({ fault: 'is not a whole number' });
    expect(count.parse('-3')).toEqual({ fault: 'is too small' });
  });

  it('refuses declarations that contradict themselves', () => {
    expect(() => integer({ env: 'T', default: 9, min: 1, max: 2, description })).toThrow(
      'the default of T, 9, is too large',
    );
    expect(() => durationMs({ env: 'T', default: '1s', min: '1', max: '2s', description })).toThrow('need units');
    expect(() => flag({ env: 'tOpen', default: true, description })).toThrow('UPPER_SNAKE_CASE');
  });
});
