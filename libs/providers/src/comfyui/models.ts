import type { ImageModel } from '../image/image-model.ts';

/** A workflow of ours with the files that it needs on the server. */
export interface ComfyUiModel extends ImageModel {
  /** Names below the server's `models` folder. */
  readonly files: { readonly diffusion: string; readonly textEncoder: string; readonly vae: string };
  readonly steps: number;
  readonly cfg: number;
}

/**
 * The workflow that takes a scene and characters: Qwen-Image-Edit 2509 with up to three pictures, by the nodes of ComfyUI itself
 * (comfy_extras/nodes_qwen.py, comfyanonymous/ComfyUI). The names of the files are those of its template.
 */
export const COMFYUI_MODELS: readonly ComfyUiModel[] = [
  {
    name: 'qwen-image-edit-2509',
    isDefault: true,
    minReferences: 1,
    maxReferences: 3,
    roles: ['scene', 'character', 'draft'],
    referenceTypes: ['image/png', 'image/jpeg', 'image/webp'],
    referenceEncoding: 'binary',
    mediaTypes: ['image/png'],
    size: {
      kind: 'free',
      parameter: 'size',
      separator: 'x',
      multipleOf: 16,
      minSidePx: 256,
      maxSidePx: 2048,
      maxPixels: 2048 * 1536,
    },
    takesSeed: true,
    // The same seed gives about the same picture; on another card other bits.
    isDeterministic: false,
    takesNegativePrompt: true,
    isAsync: true,
    canCancel: true,
    makesPreview: true,
    priceHint: { perImage: '0', currency: 'USD' },
    files: {
      diffusion: 'qwen_image_edit_2509_fp8_e4m3fn.safetensors',
      textEncoder: 'qwen_2.5_vl_7b_fp8_scaled.safetensors',
      vae: 'qwen_image_vae.safetensors',
    },
    steps: 20,
    cfg: 2.5,
  },
];
