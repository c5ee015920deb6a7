import sharp from 'sharp';
import { arrangeSheet } from './arrange-sheet.ts';
import { drawCollage } from './draw-collage.ts';

const COLOURS = ['#d00000', '#00a000', '#0000d0', '#c0a000', '#a000a0', '#00a0a0'];

/** One colour, with a black rim, so that every edge can be found again. */
async function pictureOf(colour: string, width: number, height: number, format: 'png' | 'jpeg' = 'png') {
  const inner = await sharp({ create: { width: width - 8, height: height - 8, channels: 3, background: colour } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite([{ input: inner, left: 4, top: 4 }])
    .toFormat(format)
    .toBuffer();
}

describe('the sheet of a collage', () => {
  it.each([
    [1, 600, 800],
    [2, 600, 800],
    [3, 1600, 900],
    [4, 300, 1200],
    [5, 640, 640],
    [6, 500, 900],
  ])('holds %d pictures of %dx%d whole, apart from each other, each above its label', (count, width, height) => {
    const pictures = Array.from({ length: count }, () => ({ width, height }));
    const { widthPx, heightPx, cells } = arrangeSheet(pictures, 1024);
    expect(Math.max(widthPx, heightPx)).toBeLessThanOrEqual(1024);
    expect(cells).toHaveLength(count);
    cells.forEach((cell, index) => {
      const { picture, label } = cell;
      expect(Math.abs(picture.width / picture.height - width / height)).toBeLessThan(0.03);
      expect(picture.x).toBeGreaterThanOrEqual(cell.x);
      expect(picture.x + picture.width).toBeLessThanOrEqual(cell.x + cell.width);
      expect(label.y).toBeGreaterThanOrEqual(picture.y + picture.height);
      expect(label.y + label.height).toBeLessThanOrEqual(cell.y + cell.height);
      expect(cell.x + cell.width).toBeLessThan(widthPx);
      expect(cell.y + cell.height).toBeLessThan(heightPx);
      for (const other of cells.slice(index + 1)) {
        const isRight = other.x >= cell.x + cell.width;
        // Reading order.
        expect(isRight || other.y >= cell.y + cell.height).toBe(true);
      }
    });
  });

  it('makes no picture tiny for the sake of the others, and enlarges none', () => {
    const { cells } = arrangeSheet([{ width: 3000, height: 1000 }, { width: 60, height: 90 }, { width: 900, height: 1600 }], 1024); // prettier-ignore
    expect(cells[1]!.picture).toMatchObject({ width: 60, height: 90 });
    expect(cells[0]!.picture.width).toBeGreaterThan(400);
    expect(cells[2]!.picture.height).toBeGreaterThan(200);
  });
});

describe('a collage', () => {
  it('shows every picture to its edges, upright, with its name below in Chinese and English, the same each time', async () => {
    const bytes = await Promise.all(COLOURS.map((colour, index) => pictureOf(colour, 300, 500 - 40 * index)));
    // Lies on its side, and says so.
    bytes[2] = await sharp(await pictureOf(COLOURS[2]!, 420, 300)).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer(); // prettier-ignore
    const pictures = bytes.map((one, index) => ({ bytes: one, label: index % 2 ? `Figure ${index}` : '小美' }));
    const [collage, again] = [await drawCollage(pictures, 1024), await drawCollage(pictures, 1024)];
    expect(collage.bytes.equals(again.bytes)).toBe(true);
    const { data, info } = await sharp(collage.bytes).raw().toBuffer({ resolveWithObject: true });
    expect({ width: info.width, height: info.height }).toEqual({ width: collage.widthPx, height: collage.heightPx });
    const shapes = COLOURS.map((_, index) => ({ width: 300, height: index === 2 ? 420 : 500 - 40 * index }));
    const { cells } = arrangeSheet(shapes, 1024);
    const at = (x: number, y: number) => [...data.subarray(info.channels * (y * info.width + x)).subarray(0, 3)];
    cells.forEach(({ picture: { x, y, width, height }, label }, index) => {
      const [red = 0, green = 0, blue = 0] = at(x + Math.floor(width / 2), y + Math.floor(height / 2));
      const wanted = COLOURS[index]!.match(/\w\w/g)!.map((part) => parseInt(part, 16));
      expect(Math.max(...[red, green, blue].map((value, c) => Math.abs(value - wanted[c]!)))).toBeLessThan(24);
      for (const [px, py] of [
        [x, y],
        [x + width - 1, y],
        [x, y + height - 1],
        [x + width - 1, y + height - 1],
      ])
        // prettier-ignore
        expect(Math.max(...at(px!, py!))).toBeLessThan(60);
      let ink = 0;
      for (let row = label.y; row < label.y + label.height; row++)
        for (let column = label.x + 2; column < label.x + label.width - 2; column++)
          ink += at(column, row)[0]! < 90 ? 1 : 0;
      expect(ink).toBeGreaterThan(20);
    });
  });

  it('shows paper behind what is transparent', async () => {
    const bytes = await sharp({ create: { width: 90, height: 90, channels: 4, background: '#ff000000' } })
      .png()
      .toBuffer();
    const { data } = await sharp((await drawCollage([{ label: '', bytes }], 512)).bytes)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(Math.min(...data)).toBeGreaterThan(200);
  });

  it('is refused without pictures, and names one that cannot be read', async () => {
    await expect(drawCollage([], 512)).rejects.toMatchObject({ violations: [{ field: 'pictures' }] });
    const pictures = [
      { label: 'a', bytes: await pictureOf('#d00000', 50, 50) },
      { label: 'b', bytes: Buffer.from('no picture') },
    ];
    await expect(drawCollage(pictures, 512)).rejects.toMatchObject({ violations: [{ field: 'pictures[1]' }] });
  });
});
