import { listOf, numberOf, objectOf, textOf } from '../../http/json-fields.ts';
import { answerInvalid } from '../../http/read-answer.ts';
import { shortened, type ProviderWords } from '../../http/refusals.ts';

const provider = 'songgeneration-studio';

/** A generation as far as it is of use here. */
export interface StudioGeneration {
  readonly id: string;
  readonly status: 'pending' | 'processing' | 'completed' | 'failed' | 'stopped';
  /** As it was ordered. */
  readonly title: string | undefined;
  /** 0 to 100: steps of the way, and no measure of the work. */
  readonly percent: number;
  readonly stage: string;
  readonly message: string;
  readonly model: string | undefined;
  /** How many files there are. */
  readonly tracks: number;
}

const STATUSES: readonly string[] = ['pending', 'processing', 'completed', 'failed', 'stopped'];

/** @throws FramesongError UNAVAILABLE for a body that is no generation */
export function generationIn(body: unknown): StudioGeneration {
  const generation = generationOf(body);
  if (!generation) throw answerInvalid(provider, 'is no generation');
  return generation;
}

/** Those of a list that can be read. */
export function generationsIn(body: unknown): readonly StudioGeneration[] {
  return listOf(body).flatMap((one) => generationOf(one) ?? []);
}

function generationOf(body: unknown): StudioGeneration | undefined {
  const fields = objectOf(body);
  const id = textOf(fields?.['id']);
  const status = textOf(fields?.['status']);
  if (!fields || id === undefined || status === undefined || !STATUSES.includes(status)) return undefined;
  const message = shortened(textOf(fields['message']) ?? '');
  return {
    id,
    status: status as StudioGeneration['status'],
    title: textOf(fields['title']),
    percent: Math.min(100, Math.max(0, numberOf(fields['progress']) ?? 0)),
    stage: textOf(fields['stage']) ?? (message === '' ? status : message),
    message,
    model: textOf(fields['model']),
    tracks: listOf(fields['output_files']).length,
  };
}

/** The words of `{detail}`; of a list of faults their texts. */
export function wordsIn(body: unknown): ProviderWords | undefined {
  const detail = objectOf(body)?.['detail'];
  if (typeof detail === 'string') return { message: detail };
  const faults = listOf(detail).flatMap((fault) => textOf(objectOf(fault)?.['msg']) ?? []);
  return faults.length > 0 ? { message: faults.join('; ') } : undefined;
}

/** Names of the models that are there, the default first. */
export function readyModelsIn(body: unknown): readonly string[] {
  const fields = objectOf(body);
  const ready = listOf(fields?.['ready_models']).flatMap((one) => textOf(objectOf(one)?.['id']) ?? []);
  const usual = textOf(fields?.['default']);
  return usual === undefined ? ready : [usual, ...ready.filter((name) => name !== usual)];
}
