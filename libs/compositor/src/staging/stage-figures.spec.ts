import type { Box, Cutout } from '../cutout/cutout.ts';
import { blankRaster } from '../raster/raster.ts';
import { stageFigures, type FigureToStage } from './stage-figures.ts';

const [WIDTH, HEIGHT] = [1280, 720];

function cutout(width: number, height: number, head: Box, cropped = false): Cutout {
  const image = blankRaster(width, height, 4);
  image.pixels.fill(255);
  return { image, method: 'key', quality: 0.9, head, cropped };
}
const person = (kindHeight?: number): FigureToStage => ({
  cutout: cutout(300, 900, { x: 90, y: 0, width: 120, height: 145 }),
  kindHeight,
});
const horse: FigureToStage = {
  cutout: cutout(900, 850, { x: 640, y: 0, width: 240, height: 240 }),
  kindHeight: 1.12,
};

describe('staging', () => {
  it.each(['close', 'medium', 'full', 'wide'] as const)(
    'of a %s shot keeps six heads inside, apart, and equal',
    (shot) => {
      const figures = Array.from({ length: 6 }, () => person());
      const staged = stageFigures(figures, shot, WIDTH, HEIGHT, 1);
      staged.forEach(({ head }, n) => {
        expect(head.x).toBeGreaterThanOrEqual(0);
        expect(head.y).toBeGreaterThanOrEqual(0);
        expect(head.x + head.width).toBeLessThanOrEqual(WIDTH);
        const next = staged[n + 1];
        if (next) expect(head.x + head.width).toBeLessThanOrEqual(next.head.x);
        // The row behind is a tenth smaller.
        expect(Math.abs(head.height / staged[0]!.head.height - (n % 2 ? 0.9 : 1))).toBeLessThan(0.05);
      });
    },
  );

  it('differs from seed to seed, and keeps its shape in every size of frame', () => {
    const figures = [person(), person()];
    const places = [7, 8, 9, 10].map((seed) => {
      const large = stageFigures(figures, 'full', WIDTH, HEIGHT, seed).map(({ box }) => box);
      const small = stageFigures(figures, 'full', WIDTH / 2, HEIGHT / 2, seed).map(({ box }) => box);
      large.forEach((box, n) => expect(Math.abs(box.x - 2 * small[n]!.x)).toBeLessThanOrEqual(3));
      return `${large[0]!.x} ${large[0]!.height}`;
    });
    expect(new Set(places).size).toBe(4);
  });

  it('gives animals and children their height beside a person', () => {
    const staged = stageFigures([person(), horse, person(0.66)], 'full', WIDTH, HEIGHT, 1);
    const [adult, animal, child] = staged.map(({ box }) => box.height);
    expect(animal!).toBeGreaterThan(adult!);
    expect(child! / adult!).toBeLessThan(0.75);
  });

  it('draws a small animal no smaller than can be seen', () => {
    const bird = { cutout: cutout(600, 500, { x: 0, y: 0, width: 200, height: 200 }), kindHeight: 0.1 };
    const [, { box }] = stageFigures([person(), bird], 'full', WIDTH, HEIGHT, 1) as [unknown, { box: Box }];
    expect((box.width * box.height) / (WIDTH * HEIGHT)).toBeGreaterThan(0.03);
  });

  it('puts a horse into the row behind, so that it hides nobody', () => {
    const staged = stageFigures([person(), person(), horse, person()], 'full', WIDTH, HEIGHT, 1);
    expect(staged.map(({ behind }) => behind)).toEqual([false, true, true, true]);
  });
});
