// Taken once: looked up per pixel, globals cost more than the noise wherever scripts run in a context of their own.
const { floor, imul } = Math;

/** Smooth noise from 0 to 1 at a place, summed over octaves of half the size and strength each. The same for the same seed. */
export function fractalNoise(x: number, y: number, octaves: number, seed: number): number {
  let sum = 0;
  let strength = 0.5;
  for (let octave = 0; octave < octaves; octave++) {
    sum += strength * latticeNoise(x, y, seed + octave * 101);
    x *= 2;
    y *= 2;
    strength /= 2;
  }
  return sum / (1 - strength * 2);
}

function latticeNoise(x: number, y: number, seed: number): number {
  const column = floor(x);
  const row = floor(y);
  const across = eased(x - column);
  const down = eased(y - row);
  const upper = mixed(hashed(column, row, seed), hashed(column + 1, row, seed), across);
  const lower = mixed(hashed(column, row + 1, seed), hashed(column + 1, row + 1, seed), across);
  return mixed(upper, lower, down);
}

function eased(share: number): number {
  return share * share * (3 - 2 * share);
}

function mixed(first: number, second: number, share: number): number {
  return first + (second - first) * share;
}

function hashed(column: number, row: number, seed: number): number {
  let value = imul(column, 374761393) ^ imul(row, 668265263) ^ imul(seed, 2246822519);
  value = imul(value ^ (value >>> 13), 1274126177);
  return ((value ^ (value >>> 16)) >>> 0) / 4_294_967_296;
}
