import sharp from 'sharp';
import { composeFrame, drawSample, encodeFrame, type Sample } from '../index.ts';
import { decodeReference } from '../input/decode-image.ts';
import { cutOut } from './cut-out.ts';
import type { Cutout } from './cutout.ts';

let sample: Sample;

beforeAll(async () => {
  sample = await drawSample();
});

async function cut(bytes: Uint8Array): Promise<Cutout> {
  return cutOut(await decodeReference(bytes, 'characters[0].image', 1100));
}

/** The drawn figures before the drawn scene, as a camera would see them: no plain backdrop. */
async function photographed(
  indices: readonly number[],
  prompt: string,
  width: number,
  height: number,
): Promise<Buffer> {
  const characters = indices.map((index) => {
    const { id, name, bytes } = sample.characters[index]!;
    return { id, name, image: bytes };
  });
  const frame = await composeFrame({ scene: sample.scene.bytes, characters, prompt, seed: 1, width, height });
  return encodeFrame(frame, 'jpeg');
}

describe('cutting out a figure', () => {
  it('keeps the transparency that a picture brings', async () => {
    const cutout = await cut(sample.characters[2]!.bytes);
    expect(cutout).toMatchObject({ method: 'alpha', quality: 1, cropped: false });
  });

  it('keys a graded backdrop of a JPEG out of the gaps and leaves no light specks along the edge', async () => {
    const cutout = await cut(sample.characters[0]!.bytes);
    expect(cutout.method).toBe('key');
    expect(cutout.quality).toBeGreaterThan(0.8);
    const { pixels, width } = cutout.image;
    // The backdrop is light and hardly coloured; nothing of the figure's outline is.
    let specks = 0;
    let edge = 0;
    for (let i = 1; i < pixels.length / 4 - 1; i++) {
      const alpha = pixels[4 * i + 3]!;
      const beside = Math.min(pixels[4 * (i - 1) + 3]!, pixels[4 * (i + 1) + 3]!, pixels[4 * (i - width) + 3] ?? 255);
      if (alpha < 90 || beside > 40) continue;
      edge++;
      const [red, green, blue] = [pixels[4 * i]!, pixels[4 * i + 1]!, pixels[4 * i + 2]!];
      if (Math.min(red, green, blue) > 165) specks++;
    }
    expect(edge).toBeGreaterThan(500);
    expect(specks / edge).toBeLessThan(0.005);
  });

  it('finds a person before a scene with the segmentation model', async () => {
    const cutout = await cut(await photographed([0], 'full shot', 720, 900));
    expect(cutout.method).toBe('person');
    expect(cutout.quality).toBeGreaterThan(0.9);
    expect(cutout.image.height).toBeGreaterThan(cutout.image.width * 2);
  });

  it('takes other people out of a group and keeps the one in the middle', async () => {
    const cutout = await cut(await photographed([0, 1, 0], 'medium shot', 1100, 720));
    expect(cutout.method).toBe('person');
    expect(cutout.image.width).toBeLessThan(cutout.image.height * 0.7);
  });

  it('pins up as a card what nothing can part', async () => {
    const cutout = await cut(sample.scene.bytes);
    expect(cutout).toMatchObject({ method: 'card', quality: 0 });
    expect(cutout.image.width).toBe(1100);
  });

  it('sees that a bust is cut off by its picture', async () => {
    const bust = await sharp(sample.characters[0]!.bytes)
      .extract({ left: 0, top: 0, width: 1000, height: 700 })
      .toBuffer();
    expect(await cut(bust)).toMatchObject({ method: 'key', cropped: true });
  });
});

describe('guessing the head', () => {
  it('finds it on top of a standing person', async () => {
    const { head, image } = await cut(sample.characters[0]!.bytes);
    expect(head.y).toBe(0);
    expect(head.height / image.height).toBeGreaterThan(0.12);
    expect(head.height / image.height).toBeLessThan(0.24);
    expect(Math.abs(head.x + head.width / 2 - image.width / 2)).toBeLessThan(image.width * 0.1);
  });

  it('finds it at the raised end of an animal, on either side', async () => {
    const { bytes } = sample.characters[2]!;
    const left = await cut(bytes);
    const right = await cut(await sharp(bytes).flop().png().toBuffer());
    expect((left.head.x + left.head.width / 2) / left.image.width).toBeLessThan(0.35);
    expect((right.head.x + right.head.width / 2) / right.image.width).toBeGreaterThan(0.65);
    expect(left.head.height / left.image.height).toBeLessThan(0.55);
  });
});
