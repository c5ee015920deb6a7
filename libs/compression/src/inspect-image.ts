import sharp, { type Metadata } from 'sharp';
import { imageEmpty, imageUnreadable, imageUnsupported } from './faults.ts';
import { MEDIA_TYPES, type SourceFormat } from './formats.ts';
import { sniffFormat } from './sniff-format.ts';
import { readWebpHeader } from './webp-header.ts';

/** What the header of an image says. Proves nothing about the data behind it. */
export interface ImageInfo {
  readonly format: SourceFormat;
  readonly mediaType: string;
  /** Pixels as a viewer shows them: after the EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 (upright) to 8. */
  readonly orientation: number;
  readonly hasAlpha: boolean;
  /** Frames or pages; of a prefix, those that begin inside it (an animated WebP prefix says 2 for "several"). */
  readonly pages: number;
  /** Colour space name of libvips: 'srgb', 'b-w', 'cmyk', 'rgb16', 'grey16', ... */
  readonly colourSpace: string;
  /** EXIF, XMP or IPTC is inside. */
  readonly hasMetadata: boolean;
  /** The embedded colour profile. */
  readonly profile: 'none' | 'srgb' | 'other';
}

/**
 * Reads the header of an image; nothing is decoded. A prefix suffices when it holds the header: 64 KiB for nearly all
 * files (EXIF and colour profiles stand before the size in JPEG).
 * Throws INVALID_ARGUMENT with reason IMAGE_EMPTY, IMAGE_UNREADABLE or IMAGE_UNSUPPORTED.
 */
export async function inspectImage(prefixOrWhole: Buffer): Promise<ImageInfo> {
  if (prefixOrWhole.length === 0) throw imageEmpty();
  const sniffed = sniffFormat(prefixOrWhole);
  if (sniffed.kind === 'unsupported') throw imageUnsupported(sniffed.name);
  if (sniffed.kind === 'unknown') throw imageUnreadable('it does not begin like an image');
  const { format } = sniffed;
  let metadata: Metadata;
  try {
    // No pixel limit here: reading a header costs the same for every size, and the caller's limit gives the better text.
    metadata = await sharp(prefixOrWhole, { failOn: 'none', limitInputPixels: false }).metadata();
  } catch (cause) {
    const fallback = format === 'webp' ? infoOfWebpPrefix(prefixOrWhole) : undefined;
    if (fallback !== undefined) return fallback;
    if (/unsupported image format/.test(String(cause))) throw imageUnsupported(format.toUpperCase(), cause);
    throw imageUnreadable(`its ${format.toUpperCase()} header is damaged or incomplete`, cause);
  }
  return {
    format,
    mediaType: MEDIA_TYPES[format],
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    orientation: metadata.orientation ?? 1,
    hasAlpha: metadata.hasAlpha,
    pages: metadata.pages ?? 1,
    colourSpace: metadata.space,
    hasMetadata: metadata.exif !== undefined || metadata.xmp !== undefined || metadata.iptc !== undefined,
    profile: profileOf(metadata.icc),
  };
}

function infoOfWebpPrefix(bytes: Buffer): ImageInfo | undefined {
  const header = readWebpHeader(bytes);
  if (header === undefined) return undefined;
  return {
    format: 'webp',
    mediaType: MEDIA_TYPES.webp,
    width: header.width,
    height: header.height,
    orientation: 1,
    hasAlpha: header.hasAlpha,
    pages: header.animated ? 2 : 1,
    colourSpace: 'srgb',
    hasMetadata: false,
    profile: 'none',
  };
}

/** Told by the description inside the profile, which is Latin-1 in version 2 and UTF-16 in version 4. */
function profileOf(icc: Buffer | undefined): ImageInfo['profile'] {
  if (icc === undefined) return 'none';
  return icc.includes('sRGB') || icc.includes('\0s\0R\0G\0B', 0, 'latin1') ? 'srgb' : 'other';
}
