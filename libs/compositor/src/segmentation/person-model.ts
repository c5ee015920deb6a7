import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { blankRaster, type RgbaImage } from '../raster/raster.ts';
import { resizePlane } from '../raster/resize-plane.ts';
import { rasterOf, sharpOf } from '../raster/sharp-raster.ts';
import { readTfliteModel, type TfliteModel } from './tflite-model.ts';

const MODEL_FILE = '@mediapipe/selfie_segmentation/selfie_segmentation.tflite';
const SIDE_PX = 256;
// What lies outside a picture that is not square: a neutral studio grey.
const SURROUND = { r: 200, g: 200, b: 200 };

const models = new Map<string, Promise<TfliteModel>>();

/** Where the person model lies in the installed packages. A bundle has no packages: pass a path of your own there. */
export function defaultModelPath(): string {
  return createRequire(import.meta.url).resolve(MODEL_FILE);
}

/** The model at this path, read once per process. */
export function loadPersonModel(path = defaultModelPath()): Promise<TfliteModel> {
  let model = models.get(path);
  if (!model) {
    model = readFile(path).then(readTfliteModel);
    // A failed read is not kept: the file may be there the next time.
    model.catch(() => models.delete(path));
    models.set(path, model);
  }
  return model;
}

/**
 * How likely each pixel belongs to a person, 0 to 1, at the size of the picture.
 * Model: MediaPipe Selfie Segmentation (general), 256 x 256, Apache-2.0. It was made for people near a camera; of animals
 * and drawn figures it knows little.
 */
export async function personLikelihood(image: RgbaImage, model: TfliteModel): Promise<Float32Array> {
  const longest = Math.max(image.width, image.height);
  const width = Math.max(2, Math.round((SIDE_PX * image.width) / longest));
  const height = Math.max(2, Math.round((SIDE_PX * image.height) / longest));
  const small = await rasterOf(
    sharpOf(image).flatten({ background: SURROUND }).resize(width, height, { fit: 'fill' }).removeAlpha(),
    3,
  );
  const left = (SIDE_PX - width) >> 1;
  const top = (SIDE_PX - height) >> 1;
  const square = blankRaster(SIDE_PX, SIDE_PX, 3).pixels.fill(SURROUND.r);
  for (let y = 0; y < height; y++)
    square.set(small.pixels.subarray(y * width * 3, (y + 1) * width * 3), ((y + top) * SIDE_PX + left) * 3);
  const { data } = model.run(Float32Array.from(square, (byte) => byte / 255));
  const inner = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    inner.set(data.subarray((y + top) * SIDE_PX + left, (y + top) * SIDE_PX + left + width), y * width);
  return resizePlane(inner, width, height, image.width, image.height);
}
