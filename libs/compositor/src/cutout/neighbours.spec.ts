import { removeNeighbours } from './neighbours.ts';

const WIDTH = 200;
const HEIGHT = 200;

function drawn(...rectangles: readonly (readonly [number, number, number, number])[]): Float32Array {
  const alpha = new Float32Array(WIDTH * HEIGHT);
  for (const [left, top, right, bottom] of rectangles)
    for (let y = top; y < bottom; y++) alpha.fill(1, y * WIDTH + left, y * WIDTH + right);
  return alpha;
}
const at = (alpha: Float32Array, x: number, y: number) => alpha[y * WIDTH + x]!;
const BODY = [70, 20, 130, 200] as const;

describe('taking neighbours out of a matte', () => {
  it('cuts off a body that comes in from the edge and is joined by an arm', () => {
    const alpha = drawn(BODY, [0, 60, 40, 200], [40, 90, 70, 102]);
    expect(removeNeighbours(alpha, WIDTH, HEIGHT)).toBe(true);
    expect(at(alpha, 15, 120)).toBe(0);
    expect(at(alpha, 100, 120)).toBe(1);
  });

  it('takes the head and the hand of that body too', () => {
    const alpha = drawn(BODY, [0, 60, 46, 200], [46, 90, 70, 102], [10, 44, 22, 60], [2, 8, 32, 46]);
    expect(removeNeighbours(alpha, WIDTH, HEIGHT)).toBe(true);
    expect(at(alpha, 16, 25)).toBe(0);
    expect(at(alpha, 20, 120)).toBe(0);
    expect(at(alpha, 100, 120)).toBe(1);
  });

  it('removes what is loose beside the body', () => {
    const alpha = drawn(BODY, [160, 150, 185, 190]);
    expect(removeNeighbours(alpha, WIDTH, HEIGHT)).toBe(true);
    expect(at(alpha, 170, 170)).toBe(0);
  });

  it('leaves a head on its neck and an arm that reaches the edge', () => {
    const alpha = drawn([70, 80, 130, 200], [92, 60, 108, 80], [80, 20, 120, 60], [0, 100, 70, 112]);
    const before = alpha.slice();
    expect(removeNeighbours(alpha, WIDTH, HEIGHT)).toBe(false);
    expect(alpha).toEqual(before);
  });

  it('leaves an empty matte alone', () => {
    expect(removeNeighbours(drawn(), WIDTH, HEIGHT)).toBe(false);
  });
});
