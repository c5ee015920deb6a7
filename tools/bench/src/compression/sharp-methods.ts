import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { WHITE, type CompressionJob, type Made } from './job.ts';

/**
 * The limit: decode, resize and encode fused into one pipeline, with the codec, settings and quality that were finally chosen,
 * known beforehand. No search can cost less.
 */
export function encodeKnowing(source: Buffer, made: Made): Promise<Buffer> {
  const { width, height, format } = made;
  const quality = made.quality ?? 100;
  const pipeline = open(source).resize(width, height, { fit: 'fill' });
  if (format === 'jpeg') {
    const trellis = made.trellis ? { trellisQuantisation: true, overshootDeringing: true } : {};
    const chroma = { chromaSubsampling: made.chroma ?? '4:2:0' };
    return flat(pipeline)
      .jpeg({ quality, quantisationTable: 3, progressive: true, ...chroma, ...trellis })
      .toBuffer();
  }
  if (format === 'webp') {
    const settings = made.quality === undefined ? { lossless: true, effort: 1 } : { quality, effort: 2 };
    return pipeline.toColourspace('srgb').webp(settings).toBuffer();
  }
  if (format === 'png') return pipeline.toColourspace('srgb').png({ compressionLevel: 9 }).toBuffer();
  return pipeline.avif({ quality, effort: 0, chromaSubsampling: '4:2:0' }).toBuffer();
}

/** What people write with sharp: a binary search over the quality that begins with the file each time. */
export async function searchQuality(source: Buffer, job: CompressionJob, settings: JpegOptions): Promise<Buffer> {
  let [low, high] = [1, 100];
  let best: Buffer | undefined;
  while (low <= high) {
    const quality = Math.floor((low + high) / 2);
    const reduced = job.side > 0 ? open(source).resize(job.side, job.side, INSIDE) : open(source);
    const data = await flat(reduced)
      .jpeg({ ...settings, quality })
      .toBuffer();
    if (data.length <= job.budget) {
      best = data;
      low = quality + 1;
    } else high = quality - 1;
  }
  if (!best) throw new Error('not even quality 1 fits');
  return best;
}

const INSIDE = { fit: 'inside', withoutEnlargement: true } as const;

/** The original as a result should look: what quality is measured against. */
export function originalOf(source: Buffer, made: Made | CompressionJob): Sharp {
  const reduced =
    'side' in made
      ? made.side > 0
        ? open(source).resize(made.side, made.side, INSIDE)
        : open(source)
      : open(source).resize(made.width, made.height, { fit: 'fill' });
  return flat(reduced);
}

function open(source: Buffer): Sharp {
  return sharp(source, { failOn: 'error', limitInputPixels: false, sequentialRead: true, autoOrient: true });
}

function flat(pipeline: Sharp): Sharp {
  return pipeline.flatten({ background: WHITE }).toColourspace('srgb');
}
