import type { Fields } from '../requests/read-fields.ts';

interface Made {
  readonly url: string;
  readonly bytes: Buffer;
}

type Shape = (made: Made) => unknown;

const base64 = ({ bytes }: Made): string => bytes.toString('base64');

/** The documented forms of success; the key of the answer, then its items. */
const SHAPES: Readonly<Record<string, readonly [key: string, item: Shape]>> = {
  data_url: ['data', ({ url }) => ({ url })],
  data_b64: ['data', (made) => ({ b64_json: base64(made), revised_prompt: 'revised' })],
  images: ['images', ({ url }) => url],
  images_objects: ['images', ({ url }) => ({ image_url: url, image_type: 'png' })],
  images_b64: ['images', base64],
  image_urls: ['image_urls', ({ url }) => url],
};

/** The body of a success, in the shape of this endpoint, or in another that is documented for the family. */
export function successBody(path: string, fields: Fields, made: readonly Made[], variant: string | undefined): unknown {
  const [key, item] = SHAPES[variant ?? ownShape(path, fields)] ?? SHAPES['data_url']!;
  return { ...(key === 'data' && { created: 1_700_000_000 }), [key]: made.map(item) };
}

function ownShape(path: string, fields: Fields): string {
  if (path.startsWith('/v1/images/')) return 'data_b64';
  if (path.includes('gemini')) return 'image_urls';
  if (path.includes('seedream')) return 'images';
  const isBase64 = fields['response_format'] === 'b64_json';
  if (path.includes('nano-banana-2')) return isBase64 ? 'images_b64' : 'images';
  return isBase64 ? 'data_b64' : 'data_url';
}
