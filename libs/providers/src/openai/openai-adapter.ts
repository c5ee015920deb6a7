import type { HttpAnswer, ServerEvent } from '../http/http-call.ts';
import { listOf, objectOf, textOf } from '../http/json-fields.ts';
import { answerInvalid, jsonOf } from '../http/read-answer.ts';
import { refusalError, type ProviderWords } from '../http/refusals.ts';
import { openConnection } from '../image/adapter-connection.ts';
import type { AdapterConnection, ImageAdapter, ImageOrder, MadePicture, OrderContext } from '../image/image-adapter.ts';
import { OPENAI_MODELS } from './models.ts';
import { wordsIn } from './read-words.ts';
import { requestOf } from './request-body.ts';

const provider = 'openai';

/**
 * The Images API of OpenAI: generations, and edits with references; answers come as events with partial pictures on the way.
 * https://platform.openai.com/docs/api-reference/images, and resources/images.ts of openai/openai-node
 */
export function createOpenAiAdapter(options: AdapterConnection): ImageAdapter {
  const { http, close } = openConnection(options, { provider, readWords: wordsIn });

  async function order(asked: ImageOrder, context: OrderContext): Promise<MadePicture> {
    const model = OPENAI_MODELS.find(({ name }) => name === asked.model.name)!;
    const parts = http.stream({
      ...requestOf(model, asked),
      method: 'POST',
      headers: { accept: 'text/event-stream, application/json', 'x-client-request-id': asked.requestKey },
      cost: 'paid',
      signal: context.signal,
      timeouts: context.timeouts,
    });
    let isBegun = false;
    for await (const part of parts) {
      // A gateway that does not know the stream answers with the picture at once.
      if ('answer' in part) return wholeAnswer(part.answer, context);
      const made = await fromEvent(part, context, isBegun);
      if (made) return made;
      isBegun = true;
    }
    context.accepted();
    throw answerInvalid(provider, 'ended before the picture was complete');
  }

  return {
    name: provider,
    models: OPENAI_MODELS,
    order,
    async check(signal) {
      await http.send({ method: 'GET', path: '/models', cost: 'free', signal, timeouts: { totalMs: 30_000 } });
      return { checked: 'access', note: 'the key is accepted; quota can only be seen by buying' };
    },
    close,
  };
}

/** The picture of the last event; undefined for all before it. */
async function fromEvent(
  { data }: ServerEvent,
  context: OrderContext,
  isBegun: boolean,
): Promise<MadePicture | undefined> {
  const event = eventIn(data, context);
  const words = wordsIn(event) ?? (event['type'] === 'error' ? wordsIn({ error: event }) : undefined);
  if (words) {
    const refusal = refusalError({ provider, status: statusOf(words), headers: {}, cost: 'paid', words });
    // Parts of the picture were made already: whether they are charged for then is documented nowhere.
    throw isBegun ? refusal.with({ outcome: 'sent_unknown' }) : refusal;
  }
  const type = textOf(event['type']) ?? '';
  const base64 = textOf(event['b64_json']);
  context.accepted();
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (type.endsWith('.completed')) return { bytes };
  if (type.endsWith('.partial_image')) await context.onPreview(bytes);
  return undefined;
}

/** An error inside a 200 has no status of its own; its type tells whose fault it is. */
function statusOf({ code }: ProviderWords): number {
  return code === 'server_error' ? 500 : 400;
}

function eventIn(data: string, context: OrderContext): Readonly<Record<string, unknown>> {
  try {
    const event = objectOf(JSON.parse(data));
    if (event) return event;
  } catch {
    // Told below.
  }
  context.accepted();
  throw answerInvalid(provider, 'holds an event that is no JSON object');
}

function wholeAnswer(answer: HttpAnswer, context: OrderContext): MadePicture {
  const body = jsonOf(answer, { provider, cost: 'paid' });
  const words = wordsIn(body);
  if (words) throw refusalError({ provider, status: statusOf(words), headers: answer.headers, cost: 'paid', words });
  context.accepted();
  const [first, ...more] = listOf(objectOf(body)?.['data']);
  const base64 = textOf(objectOf(first)?.['b64_json']);
  if (base64 === undefined) throw answerInvalid(provider, 'holds no picture');
  return { bytes: Buffer.from(base64, 'base64'), billedImages: more.length + 1 };
}
