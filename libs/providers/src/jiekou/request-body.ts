import { formBody, jsonBody, type FormPart, type HttpBody } from '../http/http-body.ts';
import type { ImageOrder, SentPicture } from '../image/image-adapter.ts';
import type { JiekouModel } from './models.ts';

/** The body of an order, in the words of its model. */
export function requestBody(model: JiekouModel, order: ImageOrder): HttpBody {
  const fields = {
    [model.promptParameter]: order.prompt,
    ...model.fixed,
    ...order.size.parameters,
    ...(order.seed !== undefined && { seed: order.seed }),
  };
  const { references } = model;
  if (!references || order.pictures.length === 0) return jsonBody(fields);
  if (references.form === 'files') return formOf(fields, references.parameter, order.pictures);
  const encoded = order.pictures.map((picture) => encode(picture, references.encoding));
  return jsonBody({ ...fields, [references.parameter]: references.form === 'one' ? encoded[0] : encoded });
}

function encode({ bytes, mediaType }: SentPicture, encoding: 'bare' | 'data_uri'): string {
  const base64 = Buffer.from(bytes).toString('base64');
  return encoding === 'bare' ? base64 : `data:${mediaType};base64,${base64}`;
}

/** One file goes as `image`, several as `image[]`: OpenAI's form, which jiekou.ai repeats. */
function formOf(
  fields: Readonly<Record<string, unknown>>,
  parameter: string,
  pictures: readonly SentPicture[],
): HttpBody {
  const name = pictures.length === 1 ? parameter : `${parameter}[]`;
  return formBody([
    ...Object.entries(fields).map(([field, value]): FormPart => ({ name: field, value: String(value) })),
    ...pictures.map(({ bytes, mediaType }, index): FormPart => {
      const fileName = `image-${index + 1}.${mediaType.slice('image/'.length)}`;
      return { name, value: bytes, fileName, contentType: mediaType };
    }),
  ]);
}
