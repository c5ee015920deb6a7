import type { ImageSize } from './image-size.ts';

/** What a reference shows. `draft` is an earlier, smaller version of the wanted picture. */
export type ReferenceRole = 'scene' | 'character' | 'draft';

/** In which form a picture is sent. */
export type ReferenceEncoding = 'binary' | 'base64';

/** Which sizes a model makes, and in which words it is asked for them. */
export type SizeRule =
  /** One of a few. */
  | {
      readonly kind: 'list';
      readonly parameter: string;
      readonly sizes: readonly ImageSize[];
      readonly separator: string;
    }
  /** Any within limits. */
  | {
      readonly kind: 'free';
      readonly parameter: string;
      readonly separator: string;
      readonly minPixels?: number;
      readonly maxPixels?: number;
      readonly minSidePx?: number;
      readonly maxSidePx?: number;
      readonly multipleOf?: number;
      /** Width by height. */
      readonly minAspect?: number;
      readonly maxAspect?: number;
    }
  /** A shape, and perhaps a resolution; how many pixels that is, the provider decides. */
  | {
      readonly kind: 'aspect';
      readonly parameter: string;
      readonly aspects: readonly (readonly [width: number, height: number])[];
      readonly separator: string;
      readonly resolution?: { readonly parameter: string; readonly steps: readonly ResolutionStep[] };
      /** About how many pixels without a resolution. */
      readonly aboutPixels: number;
    }
  /** It cannot be asked for a size at all. */
  | { readonly kind: 'own'; readonly about: ImageSize };

/** A named resolution with about how many pixels it has, whatever the shape. */
export interface ResolutionStep {
  readonly name: string;
  readonly aboutPixels: number;
}

/** What a picture costs, for estimates. The provider's bill counts. */
export interface PriceHint {
  /** Decimal, at most six places: `0.04`. */
  readonly perImage: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** What a model can do: data, so that it can be listed, compared and checked without asking anybody. */
export interface ImageModel {
  readonly name: string;
  readonly isDefault: boolean;
  readonly minReferences: number;
  readonly maxReferences: number;
  readonly roles: readonly ReferenceRole[];
  /** Media types that references may have. */
  readonly referenceTypes: readonly string[];
  /** Largest reference; absent when unknown. */
  readonly maxReferenceBytes?: number;
  /** How references travel: as files, or as base64 inside JSON, which is a third longer. */
  readonly referenceEncoding: ReferenceEncoding;
  readonly size: SizeRule;
  /** Media types that results may have. */
  readonly mediaTypes: readonly string[];
  /** Whether a seed is sent. */
  readonly takesSeed: boolean;
  /** Same seed and request, same bytes. */
  readonly isDeterministic: boolean;
  readonly takesNegativePrompt: boolean;
  /** Longest prompt in characters, the words about references included; absent when unknown. */
  readonly maxPromptChars?: number;
  /** Hands out a task id, so that an order survives a crash. */
  readonly isAsync: boolean;
  /** An order under way can be stopped at the provider. */
  readonly canCancel: boolean;
  /** Whether an earlier version is handed to `onPreview` while the picture is made. */
  readonly makesPreview: boolean;
  /** Absent when unknown; 0 when it costs nothing. */
  readonly priceHint?: PriceHint;
}
