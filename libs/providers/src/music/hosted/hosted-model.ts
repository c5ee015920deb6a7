import { FramesongError } from '@framesong/errors';
import type { MusicConnection } from '../music-adapter.ts';
import type { LyricsLimits, MusicCapabilities, MusicRequest } from '../music-engine.ts';
import { aceStepHosted, type HostedLyrics } from './hosted-lyrics.ts';
import { inputOf, templateOf, type InputTemplate } from './input-template.ts';

/** A model that a platform runs for money. */
export interface HostedModel {
  /** As the platform names it: `minimax/music-2.5`. */
  readonly name: string;
  readonly input: InputTemplate;
  readonly lyricsOf: HostedLyrics;
  readonly maxSongSeconds: number;
  readonly lyricsLimits: LyricsLimits;
  /** It takes a seed, or a length; what it does not take is told with each song. */
  readonly takesSeed: boolean;
  readonly takesLength: boolean;
}

/** The model of an engine, as the operator has set it. */
export interface ChosenModel<M extends HostedModel> {
  /** Undefined for a model that is known by the operator only. */
  readonly known: M | undefined;
  readonly name: string;
  /** @throws FramesongError FAILED_PRECONDITION for a model of which nobody has said what it takes */
  input(request: MusicRequest): Record<string, unknown>;
  /** @throws FramesongError as {@link input} */
  capabilities(platform: string): MusicCapabilities;
  readonly warnings: readonly string[];
}

const MEDIA_TYPES = ['audio/wav', 'audio/mpeg', 'audio/flac'];

/**
 * @param models the first is the default
 * @param prefix what the variables of the engine begin with, for errors: `FRAMESONG_FAL_MUSIC_`
 */
export function chooseModel<M extends HostedModel>(
  models: readonly M[],
  { model: name = models[0]!.name, input = '', prices }: Pick<MusicConnection, 'model' | 'input' | 'prices'>,
  prefix: string,
): ChosenModel<M> {
  const known = models.find((model) => model.name === name);
  const price = prices?.get(name);
  const check = (): void => {
    if (known || input !== '') return;
    throw new FramesongError(
      `nothing is known of what the model ${name} takes: set ${prefix}INPUT to its fields, ` +
        `such as {"prompt": "{style}", "lyrics": "{lyrics}"}; known are ${models.map((model) => model.name).join(', ')}`,
      { code: 'FAILED_PRECONDITION', reason: 'PROVIDER_MODEL_UNKNOWN', outcome: 'not_sent' },
    );
  };
  return {
    known,
    name,
    input(request) {
      check();
      const template = templateOf(known?.input ?? {}, input, `${prefix}INPUT`);
      return inputOf(template, request, known?.lyricsOf ?? aceStepHosted);
    },
    capabilities(platform) {
      check();
      return {
        engine: `${platform} ${name}`,
        description: `The model ${name} on ${platform}, which charges for each song.`,
        isGenerative: true,
        isPaid: true,
        paidModel: { name, ...(price && { price: { currency: price.currency, amount: price.perImage } }) },
        makesSections: false,
        makesSongs: true,
        playsScore: false,
        contextSeconds: 0,
        repaints: false,
        progress: 'estimated',
        cancels: true,
        reattaches: 'by task id',
        lanes: 1,
        maxSongSeconds: known?.maxSongSeconds ?? 240,
        mediaTypes: MEDIA_TYPES,
        styles: [],
        lyricsForm: 'ace-step',
        lyricsLimits: known?.lyricsLimits ?? {},
      };
    },
    warnings: known
      ? [
          ...(known.takesLength ? [] : [`${name} decides itself how long the song gets`]),
          ...(known.takesSeed ? [] : [`${name} takes no seed: another song with the same request sounds different`]),
        ]
      : [],
  };
}

/** Whether a sound is of a type that these engines say they make. */
export function isHostedMediaType(mediaType: string): boolean {
  return MEDIA_TYPES.includes(mediaType);
}
