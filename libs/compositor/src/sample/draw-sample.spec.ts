import sharp from 'sharp';
import { drawSample } from './draw-sample.ts';

describe('the drawn sample', () => {
  it('is the same to the last byte each time', async () => {
    const [first, second] = await Promise.all([drawSample({ scale: 0.5 }), drawSample({ scale: 0.5 })]);
    expect(second).toEqual(first);
  });

  it('grows with its scale and is what it says it is', async () => {
    const { scene, characters } = await drawSample({ scale: 2 });
    expect([scene.width, scene.height, characters[0]!.width, characters[0]!.height]).toEqual([3200, 1800, 2000, 2800]);
    for (const picture of [scene, ...characters]) {
      const { width, height, format } = await sharp(picture.bytes).metadata();
      expect([width, height, `image/${format}`]).toEqual([picture.width, picture.height, picture.mimeType]);
      expect(width * height).toBeGreaterThan(3_900_000);
    }
  });
});
