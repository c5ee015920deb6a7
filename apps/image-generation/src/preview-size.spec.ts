import { previewSize } from './preview-size.ts';

describe('the size of a preview', () => {
  it.each([
    [1280, 720, 640, 360],
    [720, 1280, 360, 640],
    [1024, 1024, 640, 640],
    [4096, 64, 640, 64],
    [320, 180, 320, 180],
  ])('of %i x %i is %i x %i', (width, height, smallWidth, smallHeight) => {
    expect(previewSize(width, height)).toEqual({ width: smallWidth, height: smallHeight });
  });
});
