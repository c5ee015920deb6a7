import { drawCaption } from './caption/draw-text.ts';
import { createCanvas } from './composite/canvas.ts';
import { compositeFigures } from './composite/composite-figures.ts';
import { depthOfField } from './composite/depth-of-field.ts';
import { measureLight } from './composite/scene-light.ts';
import type { Cutout } from './cutout/cutout.ts';
import { COMPOSITOR_ENGINE } from './engine.ts';
import type { Frame, FrameRequest, PlacedCharacter } from './frame.ts';
import { applyLooks } from './look/apply-looks.ts';
import { finish } from './look/finish.ts';
import { readPrompt } from './look/read-prompt.ts';
import type { StepReporter } from './progress.ts';
import type { RgbImage } from './raster/raster.ts';
import { ambientOf } from './raster/sharp-raster.ts';
import { chooseShot } from './staging/shot.ts';
import { heightBySpecies } from './staging/species.ts';
import { stageFigures, type StagedFigure } from './staging/stage-figures.ts';

/** Steps that {@link renderFrame} reports. */
export const RENDER_STEPS = 4;
const AMBIENT_PX = 28;

/** Stages, composites, styles and finishes a frame of the scene's size from cut-outs in the order of the characters. */
export async function renderFrame(
  request: FrameRequest,
  scene: RgbImage,
  cutouts: readonly Cutout[],
  reporter: StepReporter,
): Promise<Frame> {
  const { width, height } = scene;
  const { prompt, style = '', negativePrompt = '', seed } = request;
  const reading = readPrompt(
    prompt,
    style,
    negativePrompt,
    request.characters.map(({ name }) => name),
  );
  const standable = cutouts.filter((cutout) => cutout.method !== 'card');
  const busts = standable.filter((cutout) => cutout.cropped).length;
  const shot = chooseShot(reading.asked, busts > 0 && (standable.length < 4 || busts * 2 >= standable.length));
  const figures = cutouts.map((cutout, index) => ({
    cutout,
    kindHeight: heightBySpecies(request.characters[index]!.name, prompt),
  }));
  const staged = stageFigures(figures, shot, width, height, seed);
  await reporter.finished('stage', `${shot} shot, ${staged.length} figures at ${width}x${height}`);

  const background = staged.length > 0 ? await depthOfField(scene, shot) : scene;
  const ambient = await ambientOf(background, (AMBIENT_PX * height) / 720);
  const canvas = createCanvas(background, ambient, measureLight(background), shot);
  await compositeFigures(
    canvas,
    staged,
    request.characters.map(({ name }) => name),
  );
  await reporter.finished('composite', `${staged.length} figures lit and placed`);

  const { figureMap, unit } = canvas;
  const styled = await applyLooks(canvas.image, reading.looks, { figureMap, seed, unit });
  await reporter.finished('style', reading.looks.join(', ') || 'no look asked for');

  const drawn = reading.looks.includes('lineart') || reading.looks.includes('comic');
  const finished = drawn ? styled : await finish(styled, { figureMap, seed, unit });
  // Last, so that no look and no grain touches the letters.
  if (request.caption) await drawCaption(finished, request.caption, unit);
  await reporter.finished('finish', `${width}x${height}`);
  return {
    pixels: finished.pixels,
    width,
    height,
    figureMap,
    placed: staged.map((figure, index) => placedCharacter(request, figure, index)),
    shot,
    looks: reading.looks,
    ignoredWords: reading.ignoredWords,
    engine: COMPOSITOR_ENGINE,
  };
}

function placedCharacter(
  request: FrameRequest,
  { cutout, box, head, scale }: StagedFigure,
  index: number,
): PlacedCharacter {
  const { id, name } = request.characters[index]!;
  const { method, quality, cropped } = cutout;
  return { id, name, method, quality: Math.round(quality * 100) / 100, box, head, cropped, scale };
}
