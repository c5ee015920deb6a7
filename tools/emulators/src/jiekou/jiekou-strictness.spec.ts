import { startEmulator, type Emulator } from '../emulator.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { jiekouEmulator } from './jiekou-emulator.ts';

let emulator: Emulator;
let picture: string;

beforeAll(async () => {
  emulator = await startEmulator(jiekouEmulator);
  picture = (await drawPicture({ widthPx: 64, heightPx: 48, title: '', key: 'a' })).toString('base64');
});

afterAll(() => emulator.close());

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<[number, unknown]> {
  const response = await fetch(`${emulator.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${emulator.key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return [response.status, await response.json()];
}

const refusal = (words: string) => ({
  code: 400,
  reason: expect.any(String) as string,
  message: expect.stringContaining(words) as string,
  metadata: { details: 'emulated 400' },
});

describe('the emulator of jiekou.ai is as strict as the real one:', () => {
  it.each([
    ['an unknown field', '/v3/seedream-4.0', { prompt: 'x', colour: 'red' }, 'unknown field colour'],
    ['no prompt', '/v3/seedream-4.0', { size: '2K' }, 'prompt is required'],
    ['a wrong type', '/v3/seedream-4.0', { prompt: 7 }, 'prompt has to be of type string'],
    [
      'a size that is not offered',
      '/v3/nano-banana-pro-light-t2i',
      { prompt: 'x', size: '1280x720' },
      'size has to be one of',
    ],
    ['the plural of a field', '/v3/seedream-4.5', { prompt: 'x', images: [] }, 'unknown field images'],
    ['1280x720 for seedream-4.0', '/v3/seedream-4.0', { prompt: 'x', size: '1280x720' }, '921600 pixels'],
    ['1280x720 for seedream-4.5', '/v3/seedream-4.5', { prompt: 'x', size: '1280x720' }, '921600 pixels'],
    ['an x where a star belongs', '/v3/async/flux-2-dev', { prompt: 'x', size: '1280x720' }, 'has to be width*height'],
    ['a side that is too long', '/v3/async/flux-2-dev', { prompt: 'x', size: '1280*1537' }, 'from 256 to 1536'],
    ['no picture to edit', '/v3/nano-banana-pro-light-i2i', { prompt: 'x', images: [] }, 'has to hold a picture'],
    ['no JSON', '/v3/seedream-4.0', 'prompt=x', 'has to be a JSON object'],
  ])('%s is refused', async (_, path, body, words) => {
    expect(await post(path, body)).toEqual([400, refusal(words)]);
    expect(emulator.paid.all).toHaveLength(0);
  });

  it.each([
    ['bare base64 for seedream', '/v3/seedream-4.5', 'image', () => [picture], 'data:image/'],
    [
      'a data URI for nano-banana',
      '/v3/nano-banana-pro-light-i2i',
      'images',
      () => [`data:image/png;base64,${picture}`],
      'bare base64',
    ],
    ['an upper-case format', '/v3/seedream-4.5', 'image', () => [`data:image/PNG;base64,${picture}`], 'data:image/'],
    ['no base64', '/v3/nano-banana-pro-light-i2i', 'images', () => ['###'], 'is not base64'],
    ['no picture', '/v3/nano-banana-pro-light-i2i', 'images', () => ['QUJD'], 'is no picture'],
    ['too many', '/v3/async/flux-2-dev', 'images', () => Array.from({ length: 4 }, () => picture), 'more than 3'],
  ])('as a reference %s is refused', async (_, path, field, value, words) => {
    expect(await post(path, { prompt: 'x', [field]: value() })).toEqual([400, refusal(words)]);
    expect(emulator.paid.all).toHaveLength(0);
  });

  it('a wrong key is refused, and an unknown path', async () => {
    const [status] = await post('/v3/seedream-4.0', { prompt: 'x' }, { authorization: 'Bearer wrong' });
    expect(status).toBe(401);
    expect((await post('/v3/no-such-model', { prompt: 'x' }))[0]).toBe(404);
    expect(emulator.paid.all).toHaveLength(0);
  });
});
