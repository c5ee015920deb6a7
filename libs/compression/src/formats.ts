/** Formats that a result can have. */
export type OutputFormat = 'jpeg' | 'webp' | 'png' | 'avif';

/** Formats that are read. TIFF only where {@link configureSharp} was asked for it. */
export type SourceFormat = OutputFormat | 'gif' | 'tiff';

export const OUTPUT_FORMATS: readonly OutputFormat[] = ['jpeg', 'webp', 'png', 'avif'];

/** IANA media type of each format. */
export const MEDIA_TYPES: Readonly<Record<SourceFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tiff: 'image/tiff',
};

/** True for formats that can carry an alpha channel. */
export function carriesAlpha(format: OutputFormat): boolean {
  return format !== 'jpeg';
}
