import type { EmulatedAnswer, EmulatedRequest, EmulatedRoute, EmulatorContext } from '../emulated-provider.ts';
import { servePicture } from '../pictures/serve-picture.ts';
import { checkKey } from '../requests/check-key.ts';
import { refused } from '../requests/request-refused.ts';
import { predictionBody, type EmulatedPrediction } from './prediction-body.ts';

/** Predictions that were ordered, and the routes that are the same whatever they make. */
export interface Predictions {
  /** Keeps one; what Replicate answers to its order. */
  ordered(prediction: EmulatedPrediction, request: EmulatedRequest): EmulatedAnswer;
  /** Status, cancel, the account, and the files of the results. */
  readonly routes: readonly EmulatedRoute[];
}

/**
 * Predictions as Replicate keeps them. Variants: `output` is `url`, `urls`, `data` or `removed`; `end` is the final status
 * (`succeeded`, `failed`, `sensitive`, `aborted`); `polls` is how often a prediction says that it is not done.
 */
export function createPredictions(context: EmulatorContext): Predictions {
  const kept = new Map<string, EmulatedPrediction>();
  const files = new Map<string, Buffer>();
  const find = ({ params, headers }: EmulatedRequest): EmulatedPrediction => {
    checkKey(headers, context.key);
    const prediction = kept.get(params['id'] ?? '');
    if (!prediction) throw refused(404, 'Not Found', 'The requested resource could not be found.');
    return prediction;
  };
  const bodyOf = (prediction: EmulatedPrediction, { origin, quirk }: EmulatedRequest): EmulatedAnswer => {
    const needed = Number(context.variants['polls'] ?? 2);
    return { status: 200, json: predictionBody(prediction, { origin, quirk, needed, variants: context.variants }) };
  };
  return {
    ordered(prediction, request) {
      kept.set(prediction.id, prediction);
      files.set(prediction.file, prediction.content);
      return { ...bodyOf(prediction, request), status: 201 };
    },
    routes: [
      {
        method: 'GET',
        path: '/v1/predictions/{id}',
        purpose: 'poll',
        handle(request) {
          const prediction = find(request);
          prediction.polls += 1;
          return bodyOf(prediction, request);
        },
      },
      {
        method: 'POST',
        path: '/v1/predictions/{id}/cancel',
        purpose: 'cancel',
        handle(request) {
          const prediction = find(request);
          prediction.isCancelled = true;
          return bodyOf(prediction, request);
        },
      },
      {
        method: 'GET',
        path: '/v1/account',
        purpose: 'free',
        handle({ headers }) {
          checkKey(headers, context.key);
          return { status: 200, json: { type: 'organization', username: 'emulated', name: 'Emulated' } };
        },
      },
      {
        method: 'GET',
        path: '/files/{id}',
        purpose: 'result',
        handle(request) {
          const mediaType = request.params['id']?.endsWith('.wav') ? 'audio/wav' : 'image/png';
          return servePicture(request, files, mediaType);
        },
      },
    ],
  };
}
