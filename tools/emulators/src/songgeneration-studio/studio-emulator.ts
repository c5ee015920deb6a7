import { randomUUID } from 'node:crypto';
import type { EmulatedAnswer, EmulatedProvider, EmulatedRequest, EmulatorContext } from '../emulated-provider.ts';
import { jsonFields, type Fields } from '../requests/read-fields.ts';
import { checkFields } from '../requests/check-fields.ts';
import { refused } from '../requests/request-refused.ts';
import { emulatedSound } from '../sounds/emulated-sound.ts';

interface Generation {
  readonly id: string;
  readonly title: string;
  readonly model: string;
  readonly seconds: number;
  readonly bpm: number;
  readonly startedMs: number;
  polls: number;
}

const MODEL = 'songgeneration_base_new';
/** As the real one counts: preparing, loading the model, and then it stands still while the model works. */
const STEPS = [
  { progress: 0, message: 'Initializing...' },
  { progress: 15, message: 'Loading Model...' },
  { progress: 35, message: 'Generating music...', stage: 'generating' },
];
const SECONDS_PER_SECTION = 5;

/**
 * SongGeneration Studio on loopback: one song at a time. Variants: `polls` is how often a song is not yet done (default 3);
 * `busy` is how many orders are refused with 409 first; `restart: true` forgets a song once it was asked for; `end: failed` or
 * `end: stopped`; `model` is the one that is there.
 */
export const studioEmulator: EmulatedProvider = {
  name: 'songgeneration-studio',
  refusal: (_, { message }) => ({ detail: message }),
  errorInside200: () => ({ error: 'Model load failed' }),
  routes(context) {
    const generations = new Map<string, Generation>();
    const turns = { refused: 0 };
    const known = ({ params }: EmulatedRequest): Generation => {
      const generation = generations.get(params['id'] ?? '');
      if (!generation) throw refused(404, 'NOT_FOUND', 'Generation not found');
      return generation;
    };
    const model = context.variants['model'] ?? MODEL;
    return [
      {
        method: 'POST',
        path: '/api/generate',
        purpose: 'order',
        handle: (request) => generate(request, context, generations, turns),
      },
      {
        method: 'GET',
        path: '/api/generation/{id}',
        purpose: 'poll',
        handle(request) {
          const generation = known(request);
          if (context.variants['restart'] === 'true') generations.delete(generation.id);
          generation.polls += 1;
          return { status: 200, json: stateOf(generation, context, request.quirk) };
        },
      },
      {
        method: 'GET',
        path: '/api/generations',
        purpose: 'free',
        handle: ({ quirk }) => ({
          status: 200,
          json: [...generations.values()].map((one) => stateOf(one, context, quirk)),
        }),
      },
      {
        method: 'POST',
        path: '/api/stop/{id}',
        purpose: 'cancel',
        handle({ params }) {
          generations.delete(params['id'] ?? '');
          return { status: 200, json: { status: 'stopped' } };
        },
      },
      { method: 'GET', path: '/api/audio/{id}/{track}', purpose: 'result', handle: (request) => audio(known(request)) },
      {
        method: 'GET',
        path: '/api/models',
        purpose: 'free',
        handle: () => ({
          status: 200,
          json: { ready_models: [{ id: model, status: 'ready' }], default: model, has_ready_model: true },
        }),
      },
    ];
  },
};

function generate(
  { bytes, headers, path }: EmulatedRequest,
  context: EmulatorContext,
  generations: Map<string, Generation>,
  turns: { refused: number },
): EmulatedAnswer {
  const fields = jsonFields(bytes, headers);
  checkFields(fields, {
    title: { type: 'string' },
    sections: { type: 'array', required: true },
    gender: { type: 'string', oneOf: ['male', 'female', 'auto'] },
    custom_style: { type: 'string' },
    bpm: { type: 'integer' },
    output_mode: { type: 'string', oneOf: ['mixed', 'vocal', 'bgm', 'separate'] },
    model: { type: 'string' },
  });
  const sections = sectionsIn(fields);
  const { variants, paid } = context;
  const active = [...generations.values()].find((one) => isActive(one, context));
  if (active || turns.refused < Number(variants['busy'] ?? 0)) {
    turns.refused += 1;
    throw refused(409, 'BUSY', `Generation already in progress: ${active?.id ?? 'f00dcafe'}`);
  }
  const id = randomUUID().slice(0, 8);
  generations.set(id, {
    id,
    title: String(fields['title']),
    // A model that is not there is replaced without a word.
    model: variants['model'] ?? MODEL,
    seconds: sections.length * SECONDS_PER_SECTION,
    bpm: Number(fields['bpm']),
    startedMs: Date.now(),
    polls: 0,
  });
  const prompt = String(fields['custom_style']);
  paid.accept({ path, body: bytes, images: 0, prompt, references: [], orderId: id });
  return { status: 200, json: { generation_id: id } };
}

const SUNG = ['verse', 'chorus', 'bridge', 'prechorus'];
const WORDLESS = /^(?:intro|inst|outro)-(?:short|medium|long)$|^silence$/;

function sectionsIn({ sections }: Fields): readonly { readonly type: string; readonly lyrics?: string }[] {
  const list = sections as readonly { readonly type: string; readonly lyrics?: string }[];
  for (const { type, lyrics } of list) {
    if (SUNG.includes(type) ? lyrics === undefined : !WORDLESS.test(type) || lyrics !== undefined)
      throw refused(422, 'INVALID', `section ${type} is none, or has words where it takes none`);
  }
  return list;
}

function stepOf(generation: Generation, { variants, latencyMs }: EmulatorContext): number {
  const polls = Number(variants['polls'] ?? 3);
  const byTime = latencyMs === 0 ? 1 : (Date.now() - generation.startedMs) / latencyMs;
  return Math.min((generation.polls - 1) / polls, byTime);
}

function isActive(generation: Generation, context: EmulatorContext): boolean {
  return stepOf(generation, context) < 1;
}

function stateOf(generation: Generation, context: EmulatorContext, quirk: EmulatedRequest['quirk']): unknown {
  const { id, title, model, startedMs } = generation;
  const common = { id, title, model, created_at: new Date(startedMs).toISOString(), estimated_seconds: 180 };
  const share = stepOf(generation, context);
  const isWorking = share < 1 || quirk === 'stuck_status';
  if (isWorking) {
    const backwards = quirk === 'status_backwards' && generation.polls % 2 === 0;
    const at = Math.max(0, Math.floor(share * STEPS.length));
    const step = quirk === 'stuck_status' || backwards ? STEPS[0]! : STEPS[Math.min(at, STEPS.length - 1)]!;
    const { progress, ...told } = step;
    const shown = quirk === 'no_progress' ? told : { ...told, progress };
    return { ...common, ...shown, status: share <= 0 ? 'pending' : 'processing', elapsed_seconds: 1 };
  }
  const end = context.variants['end'];
  if (end === 'failed')
    return { ...common, status: 'failed', progress: 35, message: 'Generation failed: out of memory' };
  if (end === 'stopped') return { ...common, status: 'stopped', progress: 35, message: 'Stopping...' };
  const file = `/output/${id}/audios/${id}.flac`;
  return {
    ...common,
    status: 'completed',
    progress: 100,
    message: 'Song generated successfully!',
    output_files: [file],
    output_file: file,
    duration: generation.seconds,
  };
}

function audio({ title, seconds, bpm }: Generation): EmulatedAnswer {
  const { body, mediaType } = emulatedSound({ seconds, bpm, key: title, format: 'flac' });
  return { status: 200, headers: { 'content-type': mediaType }, body };
}
