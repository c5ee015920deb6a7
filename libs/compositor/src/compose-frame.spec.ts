import sharp from 'sharp';
import { COMPOSITOR_ENGINE, composeFrame, createCutoutCache, drawSample, encodeFrame } from './index.ts';
import type { CharacterReference, Frame, FrameProgress, Sample } from './index.ts';
import { lumaOf, structuralSimilarity } from './testing/structural-similarity.ts';

const WIDTH = 1280;
const HEIGHT = 720;
const cutouts = createCutoutCache();
let sample: Sample;
let mei: CharacterReference;
let tao: CharacterReference;
let dog: CharacterReference;

beforeAll(async () => {
  sample = await drawSample();
  const [first, second, third] = sample.characters.map(({ id, name, bytes }) => ({ id, name, image: bytes }));
  [mei, tao, dog] = [first!, second!, third!];
});

function compose(characters: readonly CharacterReference[], prompt: string, more: object = {}): Promise<Frame> {
  return composeFrame({
    scene: sample.scene.bytes,
    characters,
    prompt,
    seed: 11,
    width: WIDTH,
    height: HEIGHT,
    cutouts,
    ...more,
  });
}

function areaShare(frame: Frame, index: number): number {
  let count = 0;
  for (const number of frame.figureMap) if (number === index + 1) count++;
  return count / frame.figureMap.length;
}

function expectHeadsInsideAndApart({ placed, width, height }: Frame): void {
  placed.forEach(({ head }, index) => {
    expect(head.x).toBeGreaterThanOrEqual(0);
    expect(head.y).toBeGreaterThanOrEqual(0);
    expect(head.x + head.width).toBeLessThanOrEqual(width);
    expect(head.y + head.height).toBeLessThanOrEqual(height);
    const next = placed[index + 1];
    if (next) expect(head.x + head.width).toBeLessThanOrEqual(next.head.x);
  });
}

describe('a composed frame', () => {
  it('has exactly the size that was asked for, also when it is narrow or odd', async () => {
    for (const [width, height] of [
      [1280, 720],
      [333, 511],
      [64, 64],
    ] as const) {
      const frame = await compose([mei, dog], 'a walk', { width, height });
      expect(frame.pixels).toHaveLength(width * height * 3);
      const metadata = await sharp(await encodeFrame(frame, 'webp')).metadata();
      expect(metadata).toMatchObject({ width, height, format: 'webp' });
    }
  });

  it('is the same to the last byte for the same request and seed, from a fresh cache too', async () => {
    const request = { cutouts: createCutoutCache(), width: 640, height: 360 };
    const first = await compose([mei], 'rain at night', request);
    const second = await compose([mei], 'rain at night', { ...request, cutouts: createCutoutCache() });
    expect(await encodeFrame(second, 'png')).toEqual(await encodeFrame(first, 'png'));
    const other = await compose([mei], 'rain at night', { ...request, seed: 12 });
    expect(Buffer.compare(Buffer.from(other.pixels), Buffer.from(first.pixels))).not.toBe(0);
  });

  it('keeps the scene recognisable outside the figures when no look is asked for', async () => {
    const plain = await sharp(sample.scene.bytes).resize(WIDTH, HEIGHT).removeAlpha().raw().toBuffer();
    for (const characters of [[], [mei], [mei, tao, dog]]) {
      const frame = await compose(characters, 'they wait');
      const ssim = structuralSimilarity(lumaOf(plain), lumaOf(frame.pixels), WIDTH, frame.figureMap);
      expect(ssim).toBeGreaterThanOrEqual(0.9);
    }
  });

  it.each(['full shot', 'medium shot', 'close-up', 'wide shot'])(
    'of a %s keeps heads inside and apart',
    async (prompt) => {
      for (const characters of [[mei], [mei, tao], [tao, dog, mei], [mei, tao, dog, mei, tao, mei]])
        expectHeadsInsideAndApart(await compose(characters, prompt, { width: 640, height: 360 }));
    },
  );

  it.each([
    ['full shot', 0.03],
    ['medium shot', 0.05],
    ['close-up', 0.05],
  ])('of a %s shows every figure on a share of at least %d of the frame', async (prompt, share) => {
    const frame = await compose([mei, tao, dog], prompt);
    frame.placed.forEach((_, index) => expect(areaShare(frame, index)).toBeGreaterThanOrEqual(share));
  });

  it('says where each character stands, in the order of the request', async () => {
    const frame = await compose([tao, mei, dog], 'waiting');
    expect(frame.placed.map(({ id }) => id)).toEqual(['tao', 'mei', 'dou']);
    expect(frame.placed.map(({ method }) => method)).toEqual(['key', 'key', 'alpha']);
    expect(frame.placed.map(({ box }) => box.x)).toEqual(frame.placed.map(({ box }) => box.x).sort((a, b) => a - b));
    expect(frame).toMatchObject({ shot: 'full', engine: COMPOSITOR_ENGINE });
  });

  it('writes a caption over its lower edge and nowhere else, and refuses one that is too long', async () => {
    const size = { width: 640, height: 360 };
    const plain = await compose([], 'dusk', size);
    const captioned = await compose([], 'dusk', { ...size, caption: '镜头三：她在等 — shot three' });
    const rowBytes = 640 * 3;
    const top = (frame: Frame) => Buffer.from(frame.pixels.subarray(0, 300 * rowBytes));
    const bottom = (frame: Frame) => Buffer.from(frame.pixels.subarray(330 * rowBytes));
    expect(Buffer.compare(top(plain), top(captioned))).toBe(0);
    expect(Buffer.compare(bottom(plain), bottom(captioned))).not.toBe(0);
    await expect(compose([], '', { caption: '字'.repeat(241) })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'caption' }],
    });
  });

  it('can be empty of figures, and then shows the scene', async () => {
    const frame = await compose([], 'an empty road');
    expect(frame.placed).toEqual([]);
    expect(frame.figureMap.every((number) => number === 0)).toBe(true);
  });

  it('pins up a reference that cannot be cut out, and says so', async () => {
    const view = { id: 'view', name: 'View', image: sample.scene.bytes };
    const frame = await compose([mei, view], 'a memory');
    expect(frame.placed[1]).toMatchObject({ id: 'view', method: 'card', quality: 0 });
    expect(frame.shot).toBe('full');
    expect(areaShare(frame, 1)).toBeGreaterThan(0.05);
  });

  it('holds six characters in two rows and refuses a seventh', async () => {
    const frame = await compose([mei, tao, dog, tao, mei, tao], 'a group');
    expect(new Set(frame.figureMap)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
    await expect(compose([mei, tao, dog, tao, mei, tao, mei], 'a crowd', { width: 10 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'width' }, { field: 'characters' }],
    });
  });

  it('reports every step once it is done, the figures one by one', async () => {
    const events: FrameProgress[] = [];
    await compose([mei, tao], 'sketch', { onProgress: (event: FrameProgress) => events.push(event) });
    expect(events.map(({ stage }) => stage)).toEqual([
      'scene',
      'cut_out',
      'cut_out',
      'stage',
      'composite',
      'style',
      'finish',
    ]);
    expect(events.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(events.every(({ total }) => total === 7)).toBe(true);
  });

  it.each(['scene', 'cut_out', 'stage', 'composite', 'style'])(
    'stops after the step %s when its signal fires',
    async (last) => {
      const stages: string[] = [];
      const controller = new AbortController();
      const onProgress = ({ stage }: FrameProgress) => {
        stages.push(stage);
        if (stage === last) controller.abort();
      };
      const more = { onProgress, signal: controller.signal, width: 320, height: 180 };
      await expect(compose([mei], 'night', more)).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(stages.at(-1)).toBe(last);
    },
  );

  it('names the picture that cannot be read', async () => {
    const broken = { id: 'x', name: 'X', image: mei.image.subarray(0, 2000) };
    await expect(compose([mei, broken], '')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'IMAGE_UNREADABLE',
      message: expect.stringContaining('characters[1].image') as string,
    });
    await expect(compose([], '', { scene: Buffer.from('no picture') })).rejects.toMatchObject({
      reason: 'IMAGE_UNREADABLE',
      violations: [{ field: 'scene' }],
    });
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(compose([], '', { scene: drawing })).rejects.toMatchObject({ reason: 'IMAGE_UNREADABLE' });
  });

  it('turns a picture upright as its EXIF data says', async () => {
    const lying = await sharp(mei.image).rotate(-90).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const [upright] = (await compose([{ ...mei, image: lying }], 'full shot')).placed;
    expect(upright!.box.height).toBeGreaterThan(upright!.box.width * 2);
  });

  it.each([
    'night',
    'sunset',
    'warm',
    'cold',
    'fog',
    'dream',
    'rain',
    'snow',
    'watercolor',
    'sketch',
    'comic',
    'noir',
    'sepia',
  ])('looks different when the prompt says %s', async (prompt) => {
    const size = { width: 320, height: 180 };
    const plain = await compose([mei], '', size);
    const styled = await compose([mei], prompt, size);
    expect(styled.looks).toHaveLength(1);
    const difference = styled.pixels.reduce((sum, value, i) => sum + Math.abs(value - plain.pixels[i]!), 0);
    expect(difference / plain.pixels.length).toBeGreaterThan(0.5);
  });
});

describe('an encoded frame', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('as %s carries no metadata', async (format) => {
    const frame = await compose([], '', { width: 128, height: 96 });
    const metadata = await sharp(await encodeFrame(frame, format)).metadata();
    expect(metadata).toMatchObject({ format, width: 128, height: 96, channels: 3 });
    expect([metadata.exif, metadata.xmp, metadata.icc, metadata.iptc]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
