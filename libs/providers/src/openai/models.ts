import type { ImageModel, ReferenceRole, SizeRule } from '../image/image-model.ts';

/** How a model of OpenAI is asked, besides what it can do. */
export interface OpenAiModel extends ImageModel {
  /** Takes `input_fidelity`: faces of the references are kept better. */
  readonly takesInputFidelity: boolean;
}

const ROLES: readonly ReferenceRole[] = ['scene', 'character', 'draft'];
const PICTURES = ['image/png', 'image/jpeg', 'image/webp'];
const MEBIBYTE = 1024 ** 2;

const THREE_SIZES: SizeRule = {
  kind: 'list',
  parameter: 'size',
  separator: 'x',
  sizes: [
    { widthPx: 1024, heightPx: 1024 },
    { widthPx: 1536, heightPx: 1024 },
    { widthPx: 1024, heightPx: 1536 },
  ],
};

/** Multiples of 16 in shapes from 1:3 to 3:1; 1280x720 is one of them. */
const FREE_SIZE: SizeRule = {
  kind: 'free',
  parameter: 'size',
  separator: 'x',
  multipleOf: 16,
  maxSidePx: 3840,
  maxPixels: 3840 * 2160,
  minPixels: 655_360,
  minAspect: 1 / 3,
  maxAspect: 3,
};

const COMMON = {
  isDefault: false,
  minReferences: 0,
  maxReferences: 16,
  roles: ROLES,
  referenceTypes: PICTURES,
  referenceEncoding: 'binary',
  maxReferenceBytes: 50 * MEBIBYTE,
  mediaTypes: PICTURES,
  takesSeed: false,
  isDeterministic: false,
  takesNegativePrompt: false,
  maxPromptChars: 32_000,
  isAsync: false,
  canCancel: false,
  makesPreview: true,
} as const;

/**
 * The GPT image models. Source: resources/images.ts of openai/openai-node. The smallest number of pixels of gpt-image-2 stands in no
 * source that could be read; the one here is a cautious guess that 1280x720 is above. No prices are given: they go by tokens.
 */
export const OPENAI_MODELS: readonly OpenAiModel[] = [
  { ...COMMON, name: 'gpt-image-2', isDefault: true, size: FREE_SIZE, takesInputFidelity: false },
  { ...COMMON, name: 'gpt-image-1.5', size: THREE_SIZES, takesInputFidelity: true },
  { ...COMMON, name: 'gpt-image-1', size: THREE_SIZES, takesInputFidelity: true },
  { ...COMMON, name: 'gpt-image-1-mini', size: THREE_SIZES, takesInputFidelity: false },
];
