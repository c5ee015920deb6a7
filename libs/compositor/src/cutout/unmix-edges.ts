import { boxMean } from '../raster/box-filter.ts';
import { clamp, type RgbaImage } from '../raster/raster.ts';

const INNER_MARGIN_PX = 3;
const FIGURE_REACH_PX = 5;
// Far, so that the tip of a narrow gap still finds backdrop; it changes slowly.
const BACKDROP_REACH_PX = 40;
// Below this distance in RGB, figure and backdrop cannot be told apart by colour.
const LEAST_CONTRAST = 34;

/**
 * Turns a hard mask into soft alpha and takes the backdrop out of the edge. Near the outline each pixel is read as a mix of
 * the figure's colour (from just inside) and the backdrop's (from just outside): its place between the two is its alpha, and
 * its colour is drawn to the figure's. Fringes and specks of compression lie at the backdrop's end, so they vanish.
 */
export function unmixEdges(
  image: RgbaImage,
  figure: Float32Array,
  backdropReachPx = BACKDROP_REACH_PX,
): { alpha: Float32Array; image: RgbaImage } {
  const nearness = boxMean(figure, image.width, image.height, INNER_MARGIN_PX);
  const inside = localColour(image, nearness, 0.999, 2, FIGURE_REACH_PX);
  const outside = localColour(image, nearness, -1, 0.06, backdropReachPx);
  const first = unmixed(image, figure, nearness, inside, outside);
  // Twice: what proves to be backdrop now lets the second round reach further into narrow gaps.
  const smaller = first.alpha.map((value) => (value > 0.5 ? 1 : 0));
  return unmixed(image, smaller, boxMean(smaller, image.width, image.height, INNER_MARGIN_PX), inside, outside);
}

function unmixed(
  image: RgbaImage,
  figure: Float32Array,
  nearness: Float32Array,
  inside: LocalColour,
  outside: LocalColour,
): { alpha: Float32Array; image: RgbaImage } {
  const smooth = boxMean(figure, image.width, image.height, 1);
  const pixels = image.pixels.slice();
  const alpha = new Float32Array(figure.length);
  for (let i = 0; i < alpha.length; i++) {
    if (nearness[i]! > 0.999) alpha[i] = 1;
    if (nearness[i]! > 0.999 || smooth[i]! < 1e-3) continue;
    const ramp = clamp((smooth[i]! - 0.3) / 0.5, 0, 1);
    if (outside.weight[i]! < 1e-4) {
      alpha[i] = ramp;
      continue;
    }
    const o = 4 * i;
    // A strand thinner than the margin has no inside: it stands for itself.
    const known = inside.weight[i]! > 1e-4;
    const red = known ? inside.red[i]! : pixels[o]!;
    const green = known ? inside.green[i]! : pixels[o + 1]!;
    const blue = known ? inside.blue[i]! : pixels[o + 2]!;
    const dr = red - outside.red[i]!;
    const dg = green - outside.green[i]!;
    const db = blue - outside.blue[i]!;
    const contrast = dr * dr + dg * dg + db * db;
    let mix = 1;
    if (known && contrast > LEAST_CONTRAST ** 2)
      mix =
        ((pixels[o]! - outside.red[i]!) * dr +
          (pixels[o + 1]! - outside.green[i]!) * dg +
          (pixels[o + 2]! - outside.blue[i]!) * db) /
        contrast;
    // Half a step inwards: what is mostly backdrop goes altogether.
    mix = clamp((mix - 0.12) / 0.8, 0, 1);
    alpha[i] = mix * ramp;
    // A mixed pixel takes the figure's colour altogether; only near the solid end it keeps some of its own.
    const pull = Math.min(1, (1 - mix) * 3);
    pixels[o] = pixels[o]! + (red - pixels[o]!) * pull;
    pixels[o + 1] = pixels[o + 1]! + (green - pixels[o + 1]!) * pull;
    pixels[o + 2] = pixels[o + 2]! + (blue - pixels[o + 2]!) * pull;
  }
  return { alpha, image: { ...image, pixels } };
}

interface LocalColour {
  readonly weight: Float32Array;
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
}

// Mean colour, within reach, of the pixels whose nearness lies between two bounds; where there are none the weight is 0.
function localColour(
  { width, height, pixels }: RgbaImage,
  nearness: Float32Array,
  above: number,
  below: number,
  reachPx: number,
): LocalColour {
  const [chosen, red, green, blue] = Array.from({ length: 4 }, () => new Float32Array(nearness.length)) as Planes;
  for (let i = 0, o = 0; i < nearness.length; i++, o += 4) {
    if (nearness[i]! <= above || nearness[i]! >= below) continue;
    chosen[i] = 1;
    red[i] = pixels[o]!;
    green[i] = pixels[o + 1]!;
    blue[i] = pixels[o + 2]!;
  }
  const weight = boxMean(chosen, width, height, reachPx);
  const mean = (plane: Float32Array): Float32Array => {
    const out = boxMean(plane, width, height, reachPx);
    for (let i = 0; i < out.length; i++) out[i] = weight[i]! > 1e-4 ? out[i]! / weight[i]! : 0;
    return out;
  };
  return { weight, red: mean(red), green: mean(green), blue: mean(blue) };
}

type Planes = [Float32Array, Float32Array, Float32Array, Float32Array];
