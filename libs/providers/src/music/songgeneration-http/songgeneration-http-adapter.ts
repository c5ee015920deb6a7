import { FramesongError, invalidField, toFramesongError } from '@framesong/errors';
import { jsonBody } from '../../http/http-body.ts';
import { createHttpClient } from '../../http/http-client.ts';
import { jsonOf } from '../../http/read-answer.ts';
import { bearerWhereSet } from '../bearer-where-set.ts';
import type { MusicAdapter, MusicConnection } from '../music-adapter.ts';
import type { MusicCallContext, MusicCapabilities, MusicRequest, RenderedMusic } from '../music-engine.ts';
import { MAX_SOUND_BYTES, soundMediaType } from '../sound-media-type.ts';
import { createStageProgress } from '../stage-progress.ts';
import { createEngineLane, type LaneRules } from './engine-lane.ts';
import { fileIn, genresIn, meaningOf, notReady, unreadiness, wordsIn } from './read-answer.ts';
import { createRenderHistory } from './render-history.ts';
import { generateBody } from './request-body.ts';

/** How the wrapper is reached. */
export interface SongGenerationHttpOptions extends MusicConnection {
  readonly lane?: Partial<LaneRules>;
}

const provider = 'songgeneration-http';
/** As often as a song is begun in all when the answer gets lost. */
const MOST_LOSSES = 2;
/** How long it has for a first word when it is asked whether it is free. */
const CHECK_MS = 5_000;
const LONGEST_LOOK_MS = 60_000;
/** The same for a look whether it is there: whoever lists engines waits for it. */
const CHECK_FOR_LIST_MS = 2_000;
const MEDIA_TYPES: readonly string[] = ['audio/flac', 'audio/wav'];

/** Whatever the checkpoint could do: the wrapper keeps 3000 tokens of a song, of which each second has 25. */
const MAX_SECONDS = 120;
/** The checkpoint that it loads when it is started without one. */
const DEFAULT_MODEL = 'songgeneration_base';

/**
 * The HTTP wrapper around SongGeneration, as it is: MegaTTS/Song-Generation/api_server_gradio.py of AI-Sound. `POST /generate` answers when the song is made,
 * and names its file; that is the only way to a result. `POST /generate_async` is never used: neither its answer nor its
 * WebSocket ever names the file, and the newest file may be somebody else's. What its WebSocket tells is not measured either.
 */
export function createSongGenerationHttpAdapter(options: SongGenerationHttpOptions): MusicAdapter {
  const { baseUrl, model = DEFAULT_MODEL, silenceMs = 900_000 } = options;
  const { maxBytes = MAX_SOUND_BYTES } = options.download ?? {};
  const http = createHttpClient({
    ...options.http,
    ...bearerWhereSet(options.key),
    provider,
    baseUrl,
    readWords: wordsIn,
  });
  const rules = { questionMs: CHECK_MS, everyMs: 2_000, waitMs: silenceMs, ...options.lane };
  const lane = createEngineLane(provider, rules, isFree);
  const history = createRenderHistory(MOST_LOSSES);
  let genres: readonly string[] | undefined;

  /** The time counts from the moment a connection is there: what cannot be reached is not busy. */
  async function get(path: string, signal: AbortSignal, firstByteMs: number): Promise<unknown> {
    const timeouts = { firstByteMs, totalMs: LONGEST_LOOK_MS };
    const look = { method: 'GET', path, cost: 'free', signal, timeouts, attempts: 1 } as const;
    return jsonOf(await http.send(look), { provider, cost: 'free' });
  }

  /** Its one thread answers nobody while a song is being made. */
  async function isFree(signal: AbortSignal, questionMs: number): Promise<boolean> {
    const health = await get('/health', signal, questionMs).catch((thrown: unknown) => {
      const error = toFramesongError(thrown);
      if (error.metadata['stage'] !== 'first byte' || signal.aborted) throw error;
      return undefined;
    });
    const why = health === undefined ? undefined : unreadiness(health);
    if (why !== undefined) throw notReady(why);
    return health !== undefined;
  }

  /** The song is as good without; it is asked again for the next one. */
  async function knownGenres(signal: AbortSignal): Promise<readonly string[]> {
    genres ??= await get('/supported_genres', signal, rules.questionMs).then(genresIn, () => undefined);
    return genres ?? [];
  }

  /** @returns the id of the file */
  async function generate(request: MusicRequest, signal: AbortSignal): Promise<string> {
    const body = jsonBody(generateBody(request, await knownGenres(signal)));
    try {
      // It costs no money, but whatever arrives there is worked on to its end: nothing is sent twice by itself.
      const answer = await http.send({ method: 'POST', path: '/generate', body, cost: 'paid', signal });
      return fileIn(answer).fileId;
    } catch (thrown) {
      const error = meaningOf(toFramesongError(thrown));
      const wasBegun = error.outcome !== 'not_sent' && error.outcome !== 'rejected';
      throw wasBegun && !signal.aborted ? history.lost(request.renderId, error) : error;
    }
  }

  async function fetchFile(fileId: string, { renderId, path }: MusicRequest, signal: AbortSignal) {
    const call = { method: 'GET', path: `/download/${fileId}`, cost: 'free', signal } as const;
    try {
      const sound = await http.save(call, { path, maxBytes, typeOf });
      history.delivered(renderId);
      return sound;
    } catch (thrown) {
      const error = toFramesongError(thrown);
      // What did not come through may come yet; what is gone, or no sound, will not.
      if (error.reason === 'PROVIDER_NOT_FOUND') throw history.lost(renderId, gone(error));
      throw error.reason === 'PROVIDER_RESULT_INVALID' ? history.lost(renderId, error) : error;
    }
  }

  async function render(request: MusicRequest, context: MusicCallContext): Promise<RenderedMusic> {
    const { signal } = context;
    const { renderId, sectionIndex, sections } = request;
    if (sectionIndex !== undefined) throw invalidField('sectionIndex', 'must be left out: whole songs only are made');
    if (sections.every(({ lines }) => lines.length === 0))
      throw invalidField('sections', 'have no words; one section at least has to be sung');
    const progress = createStageProgress(context);
    const leave = await lane.enter(signal);
    try {
      context.onStart?.();
      let fileId = history.fileOf(renderId);
      if (fileId === undefined) {
        progress.working('generate');
        fileId = await generate(request, signal);
        history.made(renderId, fileId);
      }
      progress.made();
      const sound = await fetchFile(fileId, request, signal);
      progress.arrived();
      return { ...sound, engine: `SongGeneration ${model}`, warnings: [NO_SEED] };
    } finally {
      leave();
    }
  }

  return {
    name: provider,
    isPaid: false,
    // Not asked: while it makes a song it answers nobody.
    describe: () => Promise.resolve(capabilitiesOf(model)),
    render,
    async check(signal) {
      const questionMs = Math.min(rules.questionMs, CHECK_FOR_LIST_MS);
      if (!(await isFree(signal, questionMs))) throw silent(questionMs);
    },
    close: () => http.close(),
  };
}

function typeOf(bytes: Uint8Array): string | undefined {
  const type = soundMediaType(bytes);
  return type !== undefined && MEDIA_TYPES.includes(type) ? type : undefined;
}

const NO_SEED = 'the engine takes no seed: another song with the same request sounds different';

function gone(cause: FramesongError): FramesongError {
  return new FramesongError(`${provider} does not have the song any more`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_RESULT_GONE',
    cause,
    metadata: { provider },
  });
}

function silent(limitMs: number): FramesongError {
  return new FramesongError(
    `${provider} did not answer within ${limitMs} ms: while it makes a song it answers nobody, so it may be at work`,
    { code: 'UNAVAILABLE', reason: 'PROVIDER_BUSY', retryAfterMs: 60_000, metadata: { provider } },
  );
}

function capabilitiesOf(model: string): MusicCapabilities {
  return {
    engine: `SongGeneration ${model}`,
    description: 'Songs with words in Chinese and English, through the HTTP wrapper on a machine of your own.',
    isGenerative: true,
    isPaid: false,
    makesSections: false,
    makesSongs: true,
    playsScore: false,
    contextSeconds: 0,
    repaints: false,
    progress: 'estimated',
    // It goes on when its caller has left.
    cancels: false,
    reattaches: 'no',
    lanes: 1,
    maxSongSeconds: MAX_SECONDS,
    mediaTypes: MEDIA_TYPES,
    styles: [],
    lyricsForm: 'song-generation',
    lyricsLimits: {},
    needsWords: true,
  };
}
