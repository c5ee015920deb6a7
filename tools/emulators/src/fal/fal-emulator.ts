import type { EmulatedProvider } from '../emulated-provider.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import { servePicture } from '../pictures/serve-picture.ts';
import { checkPicture, referenceBytes } from '../requests/check-picture.ts';
import type { Fields } from '../requests/read-fields.ts';
import { INPUT_FIELDS } from './input-fields.ts';
import { queueRoutes } from './queue-routes.ts';
import { sizeOfInput } from './size-of-input.ts';

/** The queue of fal on loopback, with the variants of {@link queueRoutes}. */
export const falEmulator: EmulatedProvider = {
  name: 'fal',
  refusal: (status, { code, message }) =>
    status === 422 || status === 400 ? { detail: [{ loc: ['body'], msg: message, type: code }] } : { detail: message },
  errorInside200: () => ({ detail: 'Application is starting' }),
  routes(context) {
    const pictures = new Map<string, Buffer>();
    const queue = queueRoutes(context, {
      apps: ['fal-ai/nano-banana-pro', 'fal-ai/nano-banana', 'fal-ai/bytedance'],
      inputs: INPUT_FIELDS,
      inferenceSeconds: 2.5,
      async accept(fields) {
        const seed = fields['seed'];
        const references = await referencesOf(fields);
        return { prompt: String(fields['prompt']), references, ...(typeof seed === 'number' && { seed }) };
      },
      async make(id, path, fields) {
        const file = `${id}.png`;
        const size = sizeOfInput(fields);
        const title = `${path} ${imageUrls(fields).length} refs`;
        pictures.set(file, await drawPicture({ ...size, title, key: JSON.stringify(fields) }));
        return { file, size };
      },
      result({ file, size: { widthPx: width, heightPx: height } }, origin) {
        const image = { url: `${origin}/files/${file}`, content_type: 'image/png', file_name: file, width, height };
        return { images: [image], description: '' };
      },
    });
    return [
      ...queue,
      { method: 'GET', path: '/files/{id}', purpose: 'result', handle: (request) => servePicture(request, pictures) },
    ];
  },
};

function imageUrls(fields: Fields): readonly string[] {
  return (fields['image_urls'] ?? []) as readonly string[];
}

async function referencesOf(fields: Fields): Promise<Buffer[]> {
  const found = imageUrls(fields).map((item, index) => referenceBytes(item, 'data_uri', `image_urls.${index}`));
  const bytes = found.filter((item) => item !== undefined);
  for (const [index, picture] of bytes.entries())
    await checkPicture(picture, `image_urls.${index}`, { formats: ['png', 'jpeg', 'webp'] });
  return bytes;
}
