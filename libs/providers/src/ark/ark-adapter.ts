import { jsonBody } from '../http/http-body.ts';
import type { HttpAnswer } from '../http/http-call.ts';
import { answerInvalid, jsonOf } from '../http/read-answer.ts';
import { refusalError } from '../http/refusals.ts';
import { openConnection } from '../image/adapter-connection.ts';
import type { AdapterConnection, ImageAdapter, ImageOrder, MadePicture, OrderContext } from '../image/image-adapter.ts';
import { imageMediaType } from '../image/image-media-type.ts';
import { ARK_MODELS } from './models.ts';
import { itemOf, itemsIn, type ArkItem } from './read-answer.ts';
import { wordsIn } from './read-words.ts';

const provider = 'ark';

/**
 * Seedream on Volcengine Ark, or with its base URL on BytePlus ModelArk. Answers come as events; each place of an answer fails
 * for itself. https://www.volcengine.com/docs/82379, volcengine/volcengine-python-sdk
 */
export function createArkAdapter(options: AdapterConnection): ImageAdapter {
  const { key, http, downloader, close } = openConnection(options, { provider, readWords: wordsIn });

  async function order(asked: ImageOrder, context: OrderContext): Promise<MadePicture> {
    const parts = http.stream({
      method: 'POST',
      path: '/images/generations',
      headers: { accept: 'text/event-stream, application/json', 'x-client-request-id': asked.requestKey },
      body: jsonBody(bodyOf(asked)),
      cost: 'paid',
      signal: context.signal,
      timeouts: context.timeouts,
    });
    const items: ArkItem[] = [];
    try {
      for await (const part of parts) {
        if ('answer' in part) items.push(...wholeAnswer(part.answer));
        else if (part.data === '[DONE]') break;
        else {
          const item = itemOfEvent(part.data, context);
          if (!item) continue;
          items.push(item);
          await keepFirst(items, context);
        }
      }
    } catch (thrown) {
      // A picture that was named already is made and charged for, however the answer ends.
      if (items.every((item) => 'refused' in item)) throw thrown;
    }
    return pictureOf(items, context);
  }

  /** Before the answer ends: should this process end first, the picture is fetched and not bought again. */
  async function keepFirst(items: readonly ArkItem[], context: OrderContext): Promise<void> {
    const first = items.find((item) => !('refused' in item));
    if (first && 'url' in first) await context.saveResultUrl(first.url);
  }

  async function pictureOf(items: readonly ArkItem[], context: OrderContext): Promise<MadePicture> {
    const made = items.flatMap((item) => ('refused' in item ? [] : [item]));
    const [first] = made;
    if (!first) {
      const words = items.flatMap((item) => ('refused' in item ? [item.refused] : []))[0];
      // A place that failed is not charged for: "failures are not billed".
      if (words) throw refusalError({ provider, status: 400, headers: {}, cost: 'paid', words });
      context.accepted();
      throw answerInvalid(provider, 'holds no picture');
    }
    context.accepted();
    const billedImages = made.length;
    if ('base64' in first) return { bytes: Buffer.from(first.base64, 'base64'), billedImages };
    await context.saveResultUrl(first.url);
    return { ...(await fetchResult(first.url, context)), billedImages };
  }

  async function fetchResult(url: string, { signal }: OrderContext): Promise<MadePicture> {
    return downloader.download(url, { signal, typeOf: imageMediaType });
  }

  return {
    name: provider,
    models: ARK_MODELS,
    order,
    fetchResult,
    async check() {
      await key.current();
      return { checked: 'configuration', note: 'a key is there; the provider has no call that is free of charge' };
    },
    close,
  };
}

function bodyOf({ model, prompt, pictures, size }: ImageOrder): unknown {
  const images = pictures.map(
    ({ bytes, mediaType }) => `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`,
  );
  return {
    model: model.name,
    prompt,
    ...(images.length > 0 && { image: images }),
    ...size.parameters,
    sequential_image_generation: 'disabled',
    response_format: 'url',
    stream: true,
    // Without it a mark is written on the picture.
    watermark: false,
  };
}

function wholeAnswer(answer: HttpAnswer): ArkItem[] {
  const body = jsonOf(answer, { provider, cost: 'paid' });
  const words = wordsIn(body);
  if (words) throw refusalError({ provider, status: 400, headers: answer.headers, cost: 'paid', words });
  return itemsIn(body);
}

function itemOfEvent(data: string, context: OrderContext): ArkItem | undefined {
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch {
    context.accepted();
    throw answerInvalid(provider, 'holds an event that is no JSON');
  }
  return itemOf(event);
}
