import { EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import type { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import sharp from 'sharp';
import { downloaded } from '../testing/downloaded.ts';
import { failureOfSubmitted, generate } from '../testing/first-frames.ts';
import { character, frameRequest, inline } from '../testing/frame-requests.ts';
import { drawScene } from '../testing/pictures.ts';
import { startStack, type Stack } from '../testing/stack.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;
const CAPTION = '镜头十二：她独自等末班车 / Shot 12';
const SIZE = { width: 640, height: 360 };

describe('letters in a frame', () => {
  let stack: Stack;
  let jiekou: Emulator;
  let scene: Buffer;

  beforeAll(async () => {
    scene = await drawScene();
    jiekou = await startEmulator(EMULATORS['jiekou']!);
    stack = await startStack({ FRAMESONG_JIEKOU_BASE_URL: jiekou.url, FRAMESONG_JIEKOU_API_KEY: jiekou.key });
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await jiekou.close();
  }, SLOW_MS);

  const frameOf = async (changes: Partial<FirstFrameRequest>) => {
    const frame = await generate(stack, frameRequest({ scene: inline(scene), size: SIZE, ...changes }));
    return {
      frame,
      pixels: await sharp(await downloaded(stack, frame.image!.digest))
        .raw()
        .toBuffer(),
    };
  };

  it.each(['', 'jiekou'])(
    'are the caption over the lower edge, and the rest is as without it; made by %p',
    async (provider) => {
      const { pixels: plain } = await frameOf({ provider });
      const { frame, pixels } = await frameOf({ provider, caption: `  ${CAPTION} ` });
      const strip = 3 * SIZE.width * Math.round(SIZE.height * 0.85);
      expect(pixels.subarray(0, strip).equals(plain.subarray(0, strip))).toBe(true);
      const bright = pixels.subarray(strip).filter((value) => value > 200).length;
      expect(bright).toBeGreaterThan(1000);
      const lowest = pixels.subarray(-3 * SIZE.width);
      expect(lowest.reduce((sum, value) => sum + value)).toBeLessThan(
        0.6 * plain.subarray(-3 * SIZE.width).reduce((sum, value) => sum + value),
      );
      expect(frame.warnings.join()).not.toContain('caption');
      // A model that reads would draw the words again.
      for (const { prompt } of jiekou.paid.all) expect(prompt).not.toContain('末班车');
    },
    SLOW_MS,
  );

  it.each([
    ['字'.repeat(241), /has 241 characters, at most 240 are taken/],
    ['two\nlines', /one line of text/],
  ])('are refused by their field when they cannot be written', async (caption, words) => {
    const error = await failureOfSubmitted(stack, frameRequest({ scene: inline(scene), caption }));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'request.caption' }] });
    expect(error.message).toMatch(words);
  });

  it('name a character that could not be cut out, and hangs as a framed picture', async () => {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
    const nobody = await sharp({ create: { width: 240, height: 240, channels: 3, noise, background: '#808080' } })
      .jpeg()
      .toBuffer();
    const { frame } = await frameOf({ characters: [{ ...character('mei', inline(nobody)), name: '小美 Mei' }] });
    expect(frame.characters).toMatchObject([{ id: 'mei', method: 'card' }]);
    expect(frame.warnings.join()).toContain('mei could not be cut out');
  });
});
