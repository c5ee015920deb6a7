import sharp from 'sharp';

/** A crowded place: detail of all sizes up to single pixels, as JPEG. */
export async function drawCrowd(width: number, height: number): Promise<Buffer> {
  const layers = await Promise.all([8, 3, 1].map((grain) => noiseLayer(width, height, grain, 60)));
  const [first, ...rest] = layers.map((input) => ({ input, blend: 'overlay' as const }));
  return sharp(first!.input).composite(rest).jpeg({ quality: 95 }).toBuffer();
}

/** A head before a soft background, with a little grain, as JPEG. */
export async function drawPortrait(width: number, height: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 100 100">
    <defs><radialGradient id="a"><stop offset="0" stop-color="#f5cba7"/><stop offset="1" stop-color="#a04000"/></radialGradient></defs>
    <rect width="100" height="100" fill="#34495e"/><ellipse cx="50" cy="48" rx="26" ry="34" fill="url(#a)"/>
    <ellipse cx="41" cy="42" rx="4" ry="2" fill="#1b2631"/><ellipse cx="59" cy="42" rx="4" ry="2" fill="#1b2631"/>
    <path d="M40 64 Q50 70 60 64" stroke="#922b21" stroke-width="2" fill="none"/></svg>`;
  const grain = await noiseLayer(width, height, 2, 12);
  return sharp(Buffer.from(svg))
    .composite([{ input: grain, blend: 'overlay' }])
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** A sky: one gradient, as PNG. */
export async function drawSky(width: number, height: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="a" x2="0" y2="1"><stop offset="0" stop-color="#1f618d"/>
    <stop offset="1" stop-color="#fad7a0"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#a)"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** Twelve megapixels of noise, as JPEG: what takes longest to compress. */
export function drawHeavy(): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
  return sharp({ create: { width: 4000, height: 3000, channels: 3, noise, background: '#808080' } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/**
 * Mean structural similarity of two pictures, 0 to 1, over luminance in blocks of 8 x 8 (Wang, Bovik, Sheikh and
 * Simoncelli 2004). The picture is brought to the size of the original.
 */
export async function similarity(original: Buffer, picture: Buffer): Promise<number> {
  const { width, height } = await sharp(original).metadata();
  const [a, b] = await Promise.all(
    [original, picture].map((bytes) =>
      sharp(bytes).resize(width, height, { fit: 'fill' }).greyscale().raw().toBuffer(),
    ),
  );
  let sum = 0;
  let blocks = 0;
  for (let top = 0; top + 8 <= height; top += 8) {
    for (let left = 0; left + 8 <= width; left += 8, blocks += 1) sum += blockSimilarity(a!, b!, width, left, top);
  }
  return sum / blocks;
}

function blockSimilarity(a: Buffer, b: Buffer, width: number, left: number, top: number): number {
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let y = top; y < top + 8; y += 1) {
    for (let x = left; x < left + 8; x += 1) {
      const [valueA, valueB] = [a[y * width + x]!, b[y * width + x]!];
      sumA += valueA;
      sumB += valueB;
      sumAA += valueA * valueA;
      sumBB += valueB * valueB;
      sumAB += valueA * valueB;
    }
  }
  const [meanA, meanB] = [sumA / 64, sumB / 64];
  const [varA, varB] = [sumAA / 64 - meanA * meanA, sumBB / 64 - meanB * meanB];
  const covariance = sumAB / 64 - meanA * meanB;
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  return (
    ((2 * meanA * meanB + c1) * (2 * covariance + c2)) / ((meanA * meanA + meanB * meanB + c1) * (varA + varB + c2))
  );
}

async function noiseLayer(width: number, height: number, grain: number, sigma: number): Promise<Buffer> {
  const small = { width: Math.ceil(width / grain), height: Math.ceil(height / grain) };
  const noise = { type: 'gaussian' as const, mean: 128, sigma };
  return sharp({ create: { ...small, channels: 3, noise, background: '#808080' } })
    .png()
    .toBuffer()
    .then((bytes) => sharp(bytes).resize(width, height, { fit: 'fill', kernel: 'cubic' }).png().toBuffer());
}
