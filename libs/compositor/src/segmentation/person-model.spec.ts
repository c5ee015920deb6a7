import { blankRaster } from '../raster/raster.ts';
import { loadPersonModel, personLikelihood } from './person-model.ts';
import { readTfliteModel } from './tflite-model.ts';

describe('the person model', () => {
  it('takes a picture of 256 x 256 and answers with a likelihood per pixel, the same each time', async () => {
    const model = await loadPersonModel();
    expect(model.inputShape).toEqual([1, 256, 256, 3]);
    const input = Float32Array.from({ length: 256 * 256 * 3 }, (_, i) => ((i * 31) % 255) / 255);
    const first = model.run(input);
    expect(first.shape).toEqual([1, 256, 256, 1]);
    expect(first.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(model.run(input).data).toEqual(first.data);
  });

  it('sees nobody in an empty studio and answers at the size of the picture', async () => {
    const image = blankRaster(90, 160, 4);
    image.pixels.fill(200);
    const likelihood = await personLikelihood(image, await loadPersonModel());
    expect(likelihood).toHaveLength(90 * 160);
    expect(Math.max(...likelihood)).toBeLessThan(0.5);
  });

  it('is read once per path', () => {
    expect(loadPersonModel()).toBe(loadPersonModel());
  });

  it('fails when there is no model at its path, and is not kept', async () => {
    await expect(loadPersonModel('/nowhere/model.tflite')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(loadPersonModel('/nowhere/model.tflite')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses a file that holds no graph', () => {
    // A root table without any field.
    const file = Uint8Array.from([8, 0, 0, 0, 4, 0, 4, 0, 4, 0, 0, 0]);
    expect(() => readTfliteModel(file)).toThrow(/cannot be used/);
  });
});
