import type { StagedFigure } from '../staging/stage-figures.ts';
import type { Canvas } from './canvas.ts';
import { paintFigure } from './paint-figure.ts';
import { pinCard } from './pin-card.ts';
import { castShadows } from './shadows.ts';

/** Shadows first, then the back row, then the front row; in each row the tallest first, so that a horse covers nobody. Cards bear their names. */
export async function compositeFigures(
  canvas: Canvas,
  figures: readonly StagedFigure[],
  names: readonly string[],
): Promise<void> {
  await castShadows(canvas, figures);
  const ordered = figures.map((figure, index) => ({ figure, number: index + 1 }));
  ordered.sort(
    (first, second) =>
      Number(second.figure.behind) - Number(first.figure.behind) || second.figure.box.height - first.figure.box.height,
  );
  for (const { figure, number } of ordered)
    if (figure.cutout.method === 'card') await pinCard(canvas, figure, number, names[number - 1]!);
    else await paintFigure(canvas, figure, number);
}
