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
export function unmixEdges(image: RgbaImage, figure: Float32Array): { alpha: Float32Array; image: RgbaImage } {
  const { width, height } = image;
  const nearness = boxMean(figure, width, height, INNER_MARGIN_PX);
  const inner = nearness.map((share) => (share > 0.999 ? 1 : 0));
  const outer = nearness.map((share) => (share < 0.06 ? 1 : 0));
  const inside = localColour(image, inner, FIGURE_REACH_PX);
  const outside = localColour(image, outer, BACKDROP_REACH_PX);
  const smooth = boxMean(figure, width, height, 1);
  const pixels = image.pixels.slice();
  const alpha = new Float32Array(width * height);
  for (let i = 0; i < alpha.length; i++) {
    if (inner[i]) alpha[i] = 1;
    if (inner[i] || smooth[i] === 0) continue;
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

// Mean colour of the chosen pixels within reach; where there are none the weight is 0.
function localColour(image: RgbaImage, chosen: Float32Array, reachPx: number): LocalColour {
  const { width, height, pixels } = image;
  const weight = boxMean(chosen, width, height, reachPx);
  const channel = (offset: number): Float32Array => {
    const plane = new Float32Array(width * height);
    for (let i = 0, o = offset; i < plane.length; i++, o += 4) plane[i] = pixels[o]! * chosen[i]!;
    const mean = boxMean(plane, width, height, reachPx);
    for (let i = 0; i < mean.length; i++) mean[i] = weight[i]! > 1e-4 ? mean[i]! / weight[i]! : 0;
    return mean;
  };
  return { weight, red: channel(0), green: channel(1), blue: channel(2) };
}
