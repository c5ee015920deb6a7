import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatedProvider, EmulatedRequest, EmulatorContext } from '../emulated-provider.ts';
import type { EmulatedPrediction } from '../replicate/prediction-body.ts';
import { createPredictions } from '../replicate/predictions.ts';
import { replicateEmulator } from '../replicate/replicate-emulator.ts';
import { checkFields, type FieldRule } from '../requests/check-fields.ts';
import { checkKey } from '../requests/check-key.ts';
import { jsonFields, type Fields } from '../requests/read-fields.ts';
import { refused } from '../requests/request-refused.ts';
import { emulatedSound } from '../sounds/emulated-sound.ts';
import { COMMUNITY, OFFICIAL } from './input-fields.ts';

const SECONDS_PER_SECTION = 4;

/**
 * Models for music on Replicate, on loopback: official ones by name, the others by version. Variants as of the one for pictures:
 * `output` is `url`, `urls`, `data` or `removed`; `end` is the final status; `polls` is how often a prediction says that it is not done.
 */
export const replicateMusicEmulator: EmulatedProvider = {
  name: 'replicate-music',
  refusal: (status, words) => replicateEmulator.refusal(status, words),
  errorInside200: () => replicateEmulator.errorInside200(),
  routes(context) {
    const predictions = createPredictions(context);
    const ordered = async (request: EmulatedRequest, model: string, rules: Rules | undefined, body: Fields) => {
      if (!rules) throw refused(404, 'Not Found', 'The requested resource could not be found.');
      const input = body['input'] as Fields;
      return predictions.ordered(await order(request, context, { model, rules, input }), request);
    };
    return [
      {
        method: 'POST',
        path: '/v1/models/{owner}/{name}/predictions',
        purpose: 'order',
        handle(request) {
          const body = bodyFields(request, context, {});
          const model = `${request.params['owner'] ?? ''}/${request.params['name'] ?? ''}`;
          return ordered(request, model, OFFICIAL[model], body);
        },
      },
      {
        method: 'POST',
        path: '/v1/predictions',
        purpose: 'order',
        handle(request) {
          const body = bodyFields(request, context, { version: { type: 'string', required: true } });
          const version = body['version'] as string;
          return ordered(request, version, COMMUNITY[version], body);
        },
      },
      ...predictions.routes,
    ];
  },
};

type Rules = Readonly<Record<string, FieldRule>>;

function bodyFields({ headers, bytes }: EmulatedRequest, { key }: EmulatorContext, rules: Rules): Fields {
  checkKey(headers, key);
  const body = jsonFields(bytes, headers);
  checkFields(body, { input: { type: 'object', required: true }, ...rules }, 'Input validation failed');
  return body;
}

async function order(
  { path, bytes }: EmulatedRequest,
  { paid, latencyMs }: EmulatorContext,
  { model, rules, input }: { readonly model: string; readonly rules: Rules; readonly input: Fields },
): Promise<EmulatedPrediction> {
  checkFields(input, rules, 'Input validation failed');
  const id = randomUUID().replaceAll('-', '').slice(0, 26);
  const prompt = String(input['prompt'] ?? input['tags']);
  paid.accept({ path, body: bytes, images: 1, prompt, references: [], orderId: id });
  await sleep(latencyMs);
  const lyrics = (input['lyrics'] as string | undefined) ?? '';
  const seconds = Number(input['duration'] ?? lyrics.split('\n\n').length * SECONDS_PER_SECTION);
  const { body, mediaType } = emulatedSound({ seconds, bpm: 120, key: lyrics, format: 'wav' });
  return { id, model, input, file: `${id}.wav`, content: body, mediaType, polls: 0, isCancelled: false };
}
