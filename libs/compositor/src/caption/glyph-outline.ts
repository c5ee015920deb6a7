interface Point {
  readonly x: number;
  readonly y: number;
  readonly onCurve: boolean;
}

const FLAG = { onCurve: 1, shortX: 2, shortY: 4, repeat: 8, sameX: 16, sameY: 32 } as const;
const PART = { wordArguments: 1, offsets: 2, scale: 8, more: 32, scaleXY: 64, matrix: 128 } as const;
const MOST_PARTS_DEEP = 5;

/** The outline of a glyph as SVG path data, y downwards. Source: Microsoft OpenType 1.9, table glyf. */
export function readOutline(data: (glyph: number) => Buffer, glyph: number): string {
  return contoursOf(data, glyph, 0).map(pathOf).join('');
}

function contoursOf(data: (glyph: number) => Buffer, glyph: number, depth: number): Point[][] {
  const bytes = data(glyph);
  if (bytes.length === 0 || depth > MOST_PARTS_DEEP) return [];
  const count = bytes.readInt16BE(0);
  return count >= 0 ? simpleContours(bytes, count) : composedContours(data, bytes, depth);
}

function simpleContours(bytes: Buffer, count: number): Point[][] {
  const ends = Array.from({ length: count }, (_, n) => bytes.readUInt16BE(10 + 2 * n));
  const points = (ends.at(-1) ?? -1) + 1;
  let at = 10 + 2 * count;
  at += 2 + bytes.readUInt16BE(at);
  const flags: number[] = [];
  while (flags.length < points) {
    const flag = bytes[at++]!;
    flags.push(flag);
    if (flag & FLAG.repeat) for (let left = bytes[at++]!; left > 0; left--) flags.push(flag);
  }
  const axis = (short: number, same: number): number[] => {
    let value = 0;
    return flags.map((flag) => {
      if (flag & short) value += flag & same ? bytes[at++]! : -bytes[at++]!;
      else if (!(flag & same)) {
        value += bytes.readInt16BE(at);
        at += 2;
      }
      return value;
    });
  };
  const xs = axis(FLAG.shortX, FLAG.sameX);
  const ys = axis(FLAG.shortY, FLAG.sameY);
  const all = flags.map((flag, n) => ({ x: xs[n]!, y: -ys[n]!, onCurve: (flag & FLAG.onCurve) !== 0 }));
  return ends.map((end, n) => all.slice(n === 0 ? 0 : ends[n - 1]! + 1, end + 1));
}

function composedContours(data: (glyph: number) => Buffer, bytes: Buffer, depth: number): Point[][] {
  const contours: Point[][] = [];
  let at = 10;
  let flags: number;
  do {
    flags = bytes.readUInt16BE(at);
    const part = bytes.readUInt16BE(at + 2);
    const wide = (flags & PART.wordArguments) !== 0;
    const placed = (flags & PART.offsets) !== 0;
    const dx = placed ? (wide ? bytes.readInt16BE(at + 4) : bytes.readInt8(at + 4)) : 0;
    const dy = placed ? (wide ? bytes.readInt16BE(at + 6) : bytes.readInt8(at + 5)) : 0;
    at += wide ? 8 : 6;
    const fraction = () => bytes.readInt16BE((at += 2) - 2) / 16_384;
    let [xx, xy, yx, yy] = [1, 0, 0, 1];
    if (flags & PART.scale) xx = yy = fraction();
    else if (flags & PART.scaleXY) [xx, yy] = [fraction(), fraction()];
    else if (flags & PART.matrix) [xx, xy, yx, yy] = [fraction(), fraction(), fraction(), fraction()];
    for (const contour of contoursOf(data, part, depth + 1))
      contours.push(
        contour.map(({ x, y, onCurve }) => ({ x: xx * x - yx * y + dx, y: yy * y - xy * x - dy, onCurve })),
      );
  } while (flags & PART.more);
  return contours;
}

// Between two control points lies a point of the curve that is not written down: their middle.
function pathOf(contour: readonly Point[]): string {
  if (contour.length < 2) return '';
  const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, onCurve: true });
  const from = contour.findIndex(({ onCurve }) => onCurve);
  const start = from >= 0 ? contour[from]! : middle(contour[0]!, contour.at(-1)!);
  const rest = from >= 0 ? [...contour.slice(from + 1), ...contour.slice(0, from)] : [...contour];
  const parts = [`M${start.x} ${start.y}`];
  rest.forEach((point, n) => {
    const next = rest[n + 1] ?? start;
    if (point.onCurve) parts.push(`L${point.x} ${point.y}`);
    else {
      const end = next.onCurve ? next : middle(point, next);
      parts.push(`Q${point.x} ${point.y} ${end.x} ${end.y}`);
    }
  });
  return `${parts.join('')}Z`;
}
