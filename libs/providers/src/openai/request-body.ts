import { formBody, jsonBody, type FormPart, type HttpBody } from '../http/http-body.ts';
import type { ImageOrder } from '../image/image-adapter.ts';
import type { OpenAiModel } from './models.ts';

/** Partial pictures that are asked for: each costs tokens, and one is enough to look at meanwhile. */
const PARTIAL_IMAGES = 1;

/** Where an order goes, and with what. With references it is an edit, which is a form. */
export function requestOf(model: OpenAiModel, order: ImageOrder): { readonly path: string; readonly body: HttpBody } {
  const fields = {
    model: model.name,
    prompt: order.prompt,
    n: 1,
    ...order.size.parameters,
    output_format: 'png',
    stream: true,
    partial_images: PARTIAL_IMAGES,
  };
  if (order.pictures.length === 0) return { path: '/images/generations', body: jsonBody(fields) };
  const edit = { ...fields, ...(model.takesInputFidelity && { input_fidelity: 'high' }) };
  const texts = Object.entries(edit).map(([name, value]): FormPart => ({ name, value: String(value) }));
  // One file goes as `image`; only several are a list.
  const name = order.pictures.length === 1 ? 'image' : 'image[]';
  const files = order.pictures.map(({ bytes, mediaType }, index): FormPart => ({
    name,
    value: bytes,
    fileName: `image-${index + 1}.${mediaType.slice('image/'.length)}`,
    contentType: mediaType,
  }));
  return { path: '/images/edits', body: formBody([...texts, ...files]) };
}
