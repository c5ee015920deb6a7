/** Whole pixels of the sheet. */
export interface SheetBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A place for a picture and its label. */
export interface Cell extends SheetBox {
  /** Where the whole picture lies, in its own shape. */
  readonly picture: SheetBox;
  /** The space below it. */
  readonly label: SheetBox;
}

/** Where everything lies. */
export interface Sheet {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly cells: readonly Cell[];
}

interface Shape {
  readonly width: number;
  readonly height: number;
}

const GAP_PX = 20;
/** So that a name can be read below a small picture. */
const LEAST_CELL_PX = 180;
/** Of the longer side of the sheet. */
const LABEL_SHARE = 1 / 24;

/**
 * The rows of equal cells in which the pictures become largest, on a sheet whose longer side is at most `maxSidePx`. The last
 * row stands in the middle when it is shorter.
 */
export function arrangeSheet(pictures: readonly Shape[], maxSidePx: number): Sheet {
  const sheets = pictures.map((_, index) => rowsOf(pictures, index + 1, maxSidePx));
  return sheets.reduce((best, sheet) => (sizeOfAll(sheet) > sizeOfAll(best) ? sheet : best));
}

function rowsOf(pictures: readonly Shape[], columns: number, maxSidePx: number): Sheet {
  const rows = Math.ceil(pictures.length / columns);
  const labelPx = Math.max(48, Math.round(maxSidePx * LABEL_SHARE));
  const roomPx = (count: number, more: number) => Math.floor((maxSidePx - GAP_PX * (count + 1)) / count) - more;
  const room = { width: roomPx(columns, 0), height: roomPx(rows, labelPx) };
  const shown = pictures.map(({ width, height }) => {
    const scale = Math.min(1, room.width / width, room.height / height);
    return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
  });
  const cellWidth = Math.max(LEAST_CELL_PX, ...shown.map(({ width }) => width));
  const pictureHeight = Math.max(...shown.map(({ height }) => height));
  const cellHeight = pictureHeight + labelPx;
  const widthPx = columns * (cellWidth + GAP_PX) + GAP_PX;
  const cells = shown.map(({ width, height }, index): Cell => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, pictures.length - row * columns);
    const indent = Math.floor((widthPx - inRow * (cellWidth + GAP_PX) + GAP_PX) / 2);
    const x = indent + (index % columns) * (cellWidth + GAP_PX);
    const y = GAP_PX + row * (cellHeight + GAP_PX);
    return {
      x,
      y,
      width: cellWidth,
      height: cellHeight,
      // On the ground, so that people stand on one line.
      picture: { x: x + Math.floor((cellWidth - width) / 2), y: y + pictureHeight - height, width, height },
      label: { x, y: y + pictureHeight, width: cellWidth, height: labelPx },
    };
  });
  return { widthPx, heightPx: rows * (cellHeight + GAP_PX) + GAP_PX, cells };
}

/** Grows with the share that each picture keeps, so that none is made tiny for the others' sake. */
function sizeOfAll({ cells }: Sheet): number {
  return cells.reduce((sum, { picture }) => sum + Math.log(picture.width * picture.height), 0);
}
