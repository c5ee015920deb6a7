import sharp from 'sharp';

const LOADERS = [
  'VipsForeignLoadJpegBuffer',
  'VipsForeignLoadPngBuffer',
  'VipsForeignLoadWebpBuffer',
  'VipsForeignLoadNsgifBuffer',
  'VipsForeignLoadHeifBuffer',
];

/**
 * Prepares sharp for untrusted images: only the JPEG, PNG, WebP, GIF and AVIF decoders stay loadable (SVG, PDF and the
 * rest are on by default), one thread per image, no cache. Holds for the whole process, so the entry of a worker
 * process calls it, once. `tiff` also lets TIFF in; default false.
 */
export function configureSharp(options: { readonly tiff?: boolean } = {}): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: options.tiff === true ? [...LOADERS, 'VipsForeignLoadTiffBuffer'] : LOADERS });
  sharp.concurrency(1);
  sharp.cache(false);
}
