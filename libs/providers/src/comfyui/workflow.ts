import type { ImageOrder } from '../image/image-adapter.ts';
import type { ComfyUiModel } from './models.ts';

/** A workflow in the form that `POST /prompt` takes: nodes by id; a link is `[id, output]`. */
export type Workflow = Readonly<
  Record<string, { readonly class_type: string; readonly inputs: Readonly<Record<string, unknown>> }>
>;

/** What becomes the picture that is looked for in the end. */
const SAVE_NODE = 'save';

/** The workflow of an order. @param files Names of the uploaded pictures, in the order of their numbers. */
export function workflowOf(model: ComfyUiModel, order: ImageOrder, files: readonly string[]): Workflow {
  const { widthPx: width, heightPx: height } = order.size.providerSize;
  const images = Object.fromEntries(files.map((_, index) => [`image${index + 1}`, [`image-${index + 1}`, 0]]));
  const loads = Object.fromEntries(
    files.map((image, index) => [`image-${index + 1}`, { class_type: 'LoadImage', inputs: { image } }]),
  );
  const encoded = (prompt: string) => ({
    class_type: 'TextEncodeQwenImageEditPlus',
    inputs: { clip: ['clip', 0], vae: ['vae', 0], prompt, ...images },
  });
  const { diffusion, textEncoder, vae } = model.files;
  return {
    unet: { class_type: 'UNETLoader', inputs: { unet_name: diffusion, weight_dtype: 'default' } },
    clip: { class_type: 'CLIPLoader', inputs: { clip_name: textEncoder, type: 'qwen_image', device: 'default' } },
    vae: { class_type: 'VAELoader', inputs: { vae_name: vae } },
    ...loads,
    positive: encoded(order.prompt),
    negative: encoded(order.negativePrompt ?? ''),
    sampling: { class_type: 'ModelSamplingAuraFlow', inputs: { model: ['unet', 0], shift: 3 } },
    norm: { class_type: 'CFGNorm', inputs: { model: ['sampling', 0], strength: 1 } },
    latent: { class_type: 'EmptySD3LatentImage', inputs: { width, height, batch_size: 1 } },
    sampler: {
      class_type: 'KSampler',
      inputs: {
        model: ['norm', 0],
        positive: ['positive', 0],
        negative: ['negative', 0],
        latent_image: ['latent', 0],
        seed: order.seed ?? 0,
        steps: model.steps,
        cfg: model.cfg,
        sampler_name: 'euler',
        scheduler: 'simple',
        denoise: 1,
      },
    },
    decode: { class_type: 'VAEDecode', inputs: { samples: ['sampler', 0], vae: ['vae', 0] } },
    [SAVE_NODE]: { class_type: 'SaveImage', inputs: { images: ['decode', 0], filename_prefix: 'framesong' } },
  };
}
