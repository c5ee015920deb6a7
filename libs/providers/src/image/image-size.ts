/** Width and height in pixels. */
export interface ImageSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** `1280x720` */
export function sizeText({ widthPx, heightPx }: ImageSize, separator = 'x'): string {
  return `${widthPx}${separator}${heightPx}`;
}
