import type { ImageModel, ReferenceRole, SizeRule } from '../image/image-model.ts';

/** How one of jiekou.ai's models is asked, besides what it can do. */
export interface JiekouModel extends ImageModel {
  /** POST here: `/v3/seedream-4.0`. */
  readonly path: string;
  /** Name and form of the field for the references; absent for models without. */
  readonly references?: {
    readonly parameter: string;
    /** One text, always a list, or files of a form. */
    readonly form: 'one' | 'list' | 'files';
    /** As the model wants base64: bare, or as `data:image/png;base64,...`. */
    readonly encoding: 'bare' | 'data_uri';
  };
  readonly promptParameter: string;
  /** Fields that are always sent. */
  readonly fixed?: Readonly<Record<string, unknown>>;
}

const ROLES: readonly ReferenceRole[] = ['scene', 'character', 'draft'];
const MEBIBYTE = 1024 ** 2;
const pictures = ['image/png', 'image/jpeg', 'image/webp'];
const pngOrJpeg = ['image/png', 'image/jpeg'];

const COMMON = {
  isDefault: false,
  minReferences: 0,
  maxReferences: 0,
  roles: ROLES,
  referenceTypes: pictures,
  referenceEncoding: 'base64',
  mediaTypes: pictures,
  takesSeed: false,
  isDeterministic: false,
  takesNegativePrompt: false,
  isAsync: false,
  // No endpoint for it is documented.
  canCancel: false,
  makesPreview: false,
  promptParameter: 'prompt',
} as const;

const ASPECTS: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 3],
  [3, 2],
  [3, 4],
  [4, 3],
  [4, 5],
  [5, 4],
  [9, 16],
  [16, 9],
  [21, 9],
];
const KONTEXT_ASPECTS = [...ASPECTS.filter(([width, height]) => width * height !== 20), [9, 21] as const];

/** Shape and resolution; how many pixels come is the provider's choice: about 1024 x 1024 for 1k. */
function shapeAndResolution(shape: string, separator: string, resolution: string, unit: 'k' | 'K'): SizeRule {
  const steps = [1, 2, 4].map((times) => ({ name: `${times}${unit}`, aboutPixels: (1024 * times) ** 2 }));
  return {
    kind: 'aspect',
    parameter: shape,
    separator,
    aspects: ASPECTS,
    resolution: { parameter: resolution, steps },
    aboutPixels: 1024 ** 2,
  };
}

const NANO_BANANA = shapeAndResolution('size', 'x', 'quality', 'k');
const GEMINI_3 = shapeAndResolution('aspect_ratio', ':', 'size', 'K');
const STARRED: SizeRule = { kind: 'free', parameter: 'size', separator: '*', minSidePx: 256, maxSidePx: 1536 };
const KONTEXT: SizeRule = {
  kind: 'aspect',
  parameter: 'aspect_ratio',
  separator: ':',
  aspects: KONTEXT_ASPECTS,
  aboutPixels: 1024 ** 2,
};
const OWN: SizeRule = { kind: 'own', about: { widthPx: 1024, heightPx: 1024 } };

function sizesOf(text: string): SizeRule {
  const sizes = text.split(' ').map((size) => {
    const [widthPx = 0, heightPx = 0] = size.split('x').map(Number);
    return { widthPx, heightPx };
  });
  return { kind: 'list', parameter: 'size', separator: 'x', sizes };
}

function seedream(minPixels: number): SizeRule {
  const limits = { minPixels, maxPixels: 4096 ** 2, minAspect: 1 / 16, maxAspect: 16 };
  return { kind: 'free', parameter: 'size', separator: 'x', ...limits };
}

const nanoBanana = { ...COMMON, size: NANO_BANANA, fixed: { response_format: 'url' } } as const;
const asyncModel = { ...COMMON, isAsync: true, takesSeed: true } as const;
const bareList = { parameter: 'images', form: 'list', encoding: 'bare' } as const;
/** Without `watermark: false` Seedream writes on the picture. */
const unmarked = { watermark: false } as const;

/**
 * The models of jiekou.ai that make pictures from words or references. Sources: model_config.json 1.2.0 of
 * jiekouai/ComfyUI-JieKou-API and the reference pages of jiekou.ai/docs. Numbers of references that no page names are those of
 * the model's maker. No prices are published in either, so none are given here.
 */
export const JIEKOU_MODELS: readonly JiekouModel[] = [
  {
    ...nanoBanana,
    name: 'nano-banana-pro-light-i2i',
    path: '/v3/nano-banana-pro-light-i2i',
    isDefault: true,
    minReferences: 1,
    maxReferences: 10,
    references: bareList,
  },
  { ...nanoBanana, name: 'nano-banana-pro-light-t2i', path: '/v3/nano-banana-pro-light-t2i' },
  { ...nanoBanana, name: 'nano-banana-light-t2i', path: '/v3/nano-banana-light-t2i' },
  {
    ...nanoBanana,
    name: 'nano-banana-2-t2i',
    path: '/v3/nano-banana-2-t2i',
    maxReferences: 10,
    references: { parameter: 'image', form: 'list', encoding: 'bare' },
  },
  {
    ...COMMON,
    name: 'seedream-4.0',
    path: '/v3/seedream-4.0',
    maxReferences: 10,
    referenceTypes: pngOrJpeg,
    maxReferenceBytes: 10 * MEBIBYTE,
    size: seedream(1024 ** 2),
    references: { parameter: 'images', form: 'list', encoding: 'data_uri' },
    fixed: unmarked,
  },
  {
    ...COMMON,
    name: 'seedream-4.5',
    path: '/v3/seedream-4.5',
    maxReferences: 14,
    referenceTypes: pngOrJpeg,
    maxReferenceBytes: 10 * MEBIBYTE,
    size: seedream(3_686_400),
    references: { parameter: 'image', form: 'list', encoding: 'data_uri' },
    fixed: unmarked,
  },
  {
    ...COMMON,
    name: 'seedream-3-0-txt2img',
    path: '/v3/seedream-3-0-txt2img',
    takesSeed: true,
    size: sizesOf('1024x1024 864x1152 1152x864 1280x720 720x1280 832x1248 1248x832 1512x648'),
    fixed: { ...unmarked, response_format: 'url' },
  },
  {
    ...COMMON,
    name: 'gemini-3-pro-image-edit',
    path: '/v3/gemini-3-pro-image-edit',
    minReferences: 1,
    maxReferences: 14,
    size: GEMINI_3,
    references: { parameter: 'image_base64s', form: 'list', encoding: 'bare' },
  },
  {
    ...COMMON,
    name: 'gemini-3-pro-image-text-to-image',
    path: '/v3/gemini-3-pro-image-text-to-image',
    size: GEMINI_3,
  },
  {
    ...COMMON,
    name: 'gemini-2.5-flash-image-edit',
    path: '/v3/gemini-2.5-flash-image-edit',
    minReferences: 1,
    maxReferences: 3,
    size: OWN,
    references: { parameter: 'image_base64s', form: 'list', encoding: 'bare' },
  },
  {
    ...COMMON,
    name: 'gemini-2.5-flash-image-text-to-image',
    path: '/v3/gemini-2.5-flash-image-text-to-image',
    size: OWN,
  },
  {
    ...COMMON,
    name: 'gpt-image-1',
    path: '/v1/images/generations',
    size: sizesOf('1024x1024 1536x1024 1024x1536'),
    fixed: { model: 'gpt-image-1' },
  },
  {
    ...COMMON,
    name: 'gpt-image-1-edit',
    path: '/v1/images/edits',
    minReferences: 1,
    maxReferences: 16,
    maxReferenceBytes: 50 * MEBIBYTE,
    referenceEncoding: 'binary',
    size: OWN,
    references: { parameter: 'image', form: 'files', encoding: 'bare' },
    fixed: { model: 'gpt-image-1' },
  },
  {
    ...asyncModel,
    name: 'qwen-image-edit',
    path: '/v3/async/qwen-image-edit',
    minReferences: 1,
    maxReferences: 1,
    size: OWN,
    references: { parameter: 'image', form: 'one', encoding: 'bare' },
    fixed: { output_format: 'png' },
  },
  { ...asyncModel, name: 'qwen-image-txt2img', path: '/v3/async/qwen-image-txt2img', takesSeed: false, size: STARRED },
  {
    ...asyncModel,
    name: 'flux-1-kontext-dev',
    path: '/v3/async/flux-1-kontext-dev',
    maxReferences: 4,
    size: STARRED,
    references: bareList,
  },
  ...['flux-1-kontext-pro', 'flux-1-kontext-max'].map((name) => ({
    ...asyncModel,
    name,
    path: `/v3/async/${name}`,
    maxReferences: 4,
    size: KONTEXT,
    references: bareList,
  })),
  ...['flux-2-dev', 'flux-2-flex', 'flux-2-pro'].map((name) => ({
    ...asyncModel,
    name,
    path: `/v3/async/${name}`,
    maxReferences: 3,
    size: STARRED,
    references: bareList,
  })),
  ...['hunyuan-image-3', 'z-image-turbo', 'z-image-turbo-lora'].map((name) => ({
    ...asyncModel,
    name,
    path: `/v3/async/${name}`,
    size: STARRED,
  })),
  {
    ...asyncModel,
    name: 'mj-txt2img',
    path: '/v3/async/mj-txt2img',
    takesSeed: false,
    size: OWN,
    promptParameter: 'text',
  },
];
