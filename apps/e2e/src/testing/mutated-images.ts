import sharp from 'sharp';
import { drawPortrait } from './compression-pictures.ts';

/** A repeatable generator of numbers from 0 to 1 (mulberry32). */
type Random = () => number;

/** An image that was damaged, and how. */
export interface Mutated {
  readonly bytes: Buffer;
  /** `jpeg: spliced`. */
  readonly text: string;
}

interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
}

type Mutation = (bytes: Buffer, random: Random, seeds: readonly Seed[]) => Buffer;

/** Where the headers of the formats lie: sizes, lengths and kinds of chunks. */
const HEADER_BYTES = 64;
const EXTREMES = [0x00, 0x01, 0x7f, 0x80, 0xff];

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'bytes flipped': (bytes, random) => {
    const mutated = Buffer.from(bytes);
    for (let left = 1 + below(random, 16); left > 0; left -= 1)
      mutated[below(random, mutated.length)]! ^= 1 << below(random, 8);
    return mutated;
  },
  cut: (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  'cut out': (bytes, random) => {
    const from = below(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + below(random, 256))]);
  },
  spliced: (bytes, random, seeds) => {
    const other = seeds[below(random, seeds.length)]!.bytes;
    return Buffer.concat([bytes.subarray(0, below(random, bytes.length)), other.subarray(below(random, other.length))]);
  },
  doubled: (bytes, random) => {
    const from = below(random, bytes.length);
    const part = bytes.subarray(from, from + 1 + below(random, 4096));
    return Buffer.concat([bytes.subarray(0, from), part, part, bytes.subarray(from + part.length)]);
  },
  'header lied': (bytes, random) => {
    const mutated = Buffer.from(bytes);
    const end = Math.min(HEADER_BYTES, mutated.length);
    for (let left = 1 + below(random, 4); left > 0; left -= 1) {
      mutated[below(random, end)] = EXTREMES[below(random, EXTREMES.length)]!;
    }
    return mutated;
  },
};

/** Draws the images that are mutated: small, of every format that is read, with the variants that decode differently. */
export async function drawSeeds(): Promise<Seed[]> {
  const picture = () => drawPortrait(160, 120).then((bytes) => sharp(bytes));
  const drawn = {
    jpeg: (await picture()).jpeg({ quality: 80 }),
    'progressive jpeg': (await picture()).jpeg({ quality: 80, progressive: true }),
    'rotated jpeg': (await picture()).withMetadata({ orientation: 6 }).jpeg(),
    png: (await picture()).png(),
    'palette png': (await picture()).png({ palette: true, colours: 32 }),
    'interlaced png': (await picture()).ensureAlpha(0.5).png({ progressive: true }),
    webp: (await picture()).webp(),
    'lossless webp': (await picture()).ensureAlpha(0.5).webp({ lossless: true }),
    gif: (await picture()).gif(),
    avif: (await picture()).avif({ effort: 0 }),
  };
  const entries = Object.entries(drawn);
  return Promise.all(entries.map(async ([name, image]) => ({ name, bytes: await image.toBuffer() })));
}

/** Mutated images without end, the same for the same seed number. */
export function* mutatedImages(seeds: readonly Seed[], seedNumber: number): Generator<Mutated> {
  const random = createRandom(seedNumber);
  const mutations = Object.entries(MUTATIONS);
  for (;;) {
    const { name, bytes } = seeds[below(random, seeds.length)]!;
    const [how, mutate] = mutations[below(random, mutations.length)]!;
    yield { bytes: mutate(bytes, random, seeds), text: `${name}: ${how}` };
  }
}

/** The next `count` of them, without ending the source. */
export function* taken(images: Iterator<Mutated>, count: number): Generator<Mutated> {
  for (let left = count; left > 0; left -= 1) yield images.next().value as Mutated;
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function createRandom(seedNumber: number): Random {
  let state = seedNumber;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
