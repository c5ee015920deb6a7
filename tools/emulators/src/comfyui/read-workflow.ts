import { objectOf } from './objects.ts';
import { refused } from '../requests/request-refused.ts';

/** What a workflow asks for, as far as the emulator looks. */
export interface ReadWorkflow {
  readonly prompt: string;
  /** Names of uploaded files, in the order of `image1`, `image2`, ... */
  readonly images: readonly string[];
  readonly seed: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** The node whose pictures are kept. */
  readonly outputNode: string;
}

const KNOWN = [
  'UNETLoader',
  'CLIPLoader',
  'VAELoader',
  'LoadImage',
  'TextEncodeQwenImageEditPlus',
  'ModelSamplingAuraFlow',
  'CFGNorm',
  'EmptySD3LatentImage',
  'KSampler',
  'VAEDecode',
  'SaveImage',
];

/** Reads a workflow by following its links from the node that saves. Unknown nodes and dead links are refused, as ComfyUI does. */
export function readWorkflow(workflow: unknown): ReadWorkflow {
  const nodes = objectOf(workflow);
  for (const [id, node] of Object.entries(nodes)) {
    const { class_type: type, inputs } = objectOf(node);
    if (!KNOWN.includes(String(type)))
      throw refused(400, 'invalid_prompt', `Cannot execute: node ${id} has unknown type`);
    for (const value of Object.values(objectOf(inputs)))
      if (Array.isArray(value) && !(String(value[0]) in nodes))
        throw refused(400, 'prompt_outputs_failed_validation', 'Prompt outputs failed validation');
  }
  const follow = (from: string, input: string): string => {
    const link = inputsOf(nodes, from)[input];
    return Array.isArray(link) ? String(link[0]) : '';
  };
  const outputNode = Object.keys(nodes).find((id) => objectOf(nodes[id])['class_type'] === 'SaveImage');
  if (outputNode === undefined) throw refused(400, 'prompt_no_outputs', 'Prompt has no outputs');
  const sampler = follow(follow(outputNode, 'images'), 'samples');
  const positive = follow(sampler, 'positive');
  const latent = inputsOf(nodes, follow(sampler, 'latent_image'));
  const images = [1, 2, 3].flatMap((number) => {
    const load = follow(positive, `image${number}`);
    return load === '' ? [] : [String(inputsOf(nodes, load)['image'])];
  });
  return {
    prompt: String(inputsOf(nodes, positive)['prompt']),
    images,
    seed: Number(inputsOf(nodes, sampler)['seed']),
    widthPx: Number(latent['width']),
    heightPx: Number(latent['height']),
    outputNode,
  };
}

function inputsOf(nodes: Readonly<Record<string, unknown>>, id: string): Readonly<Record<string, unknown>> {
  return objectOf(objectOf(nodes[id])['inputs']);
}
