import type { TaskQuirk } from '../faults/fault-script.ts';
import type { Fields } from '../requests/read-fields.ts';

/** A prediction as the emulator keeps it. */
export interface EmulatedPrediction {
  readonly id: string;
  readonly model: string;
  readonly input: Fields;
  readonly file: string;
  readonly content: Buffer;
  /** Of the content: `image/png`. */
  readonly mediaType: string;
  /** How often it was asked for. */
  polls: number;
  isCancelled: boolean;
}

interface View {
  readonly origin: string;
  readonly quirk: TaskQuirk | undefined;
  /** How many questions it takes until it is done. */
  readonly needed: number;
  readonly variants: Readonly<Record<string, string>>;
}

const ERRORS: Readonly<Record<string, string>> = {
  failed: 'Prediction failed: CUDA out of memory',
  sensitive: 'The input or output was flagged as sensitive. Please try again with different inputs. (E005)',
};

/** What Replicate tells of a prediction. */
export function predictionBody(prediction: EmulatedPrediction, view: View): unknown {
  const { id, model, input } = prediction;
  const status = statusOf(prediction, view);
  const end = view.variants['end'] ?? '';
  return {
    id,
    model,
    version: 'hidden',
    input,
    output: status === 'succeeded' ? outputOf(prediction, view) : null,
    logs: '',
    error: status === 'failed' ? ERRORS[end] : null,
    status,
    created_at: '2026-01-05T10:00:00.000Z',
    started_at: null,
    completed_at: null,
    metrics: {},
    urls: { get: `${view.origin}/v1/predictions/${id}`, cancel: `${view.origin}/v1/predictions/${id}/cancel` },
    data_removed: view.variants['output'] === 'removed',
  };
}

function statusOf({ polls, isCancelled }: EmulatedPrediction, { quirk, needed, variants }: View): string {
  if (isCancelled) return 'canceled';
  if (quirk === 'stuck_status') return 'processing';
  if (polls <= needed) {
    const isFirst = polls <= 1;
    return isFirst === (quirk === 'status_backwards') ? 'processing' : 'starting';
  }
  const end = variants['end'] ?? 'succeeded';
  return end === 'sensitive' ? 'failed' : end;
}

function outputOf({ file, content, mediaType }: EmulatedPrediction, { origin, variants }: View): unknown {
  const url = `${origin}/files/${file}`;
  switch (variants['output']) {
    case 'removed':
      return null;
    case 'urls':
      return [url];
    case 'data':
      return `data:${mediaType};base64,${content.toString('base64')}`;
    default:
      return url;
  }
}
