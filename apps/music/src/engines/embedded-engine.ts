import { COMPOSER_ENGINE, PLAN_LIMITS, RAW_SECTION_MEDIA_TYPE, STYLE_NAMES } from '@framesong/composer';
import { invalidField } from '@framesong/errors';
import type { MusicCapabilities, MusicEngine } from '@framesong/providers/music';
import type { Composer } from '../composer.ts';

/** Name of the engine inside this service. */
export const EMBEDDED = 'embedded';

const ENGINE = `${COMPOSER_ENGINE.name} ${COMPOSER_ENGINE.version}`;

/** The embedded composer: plays the score of a song in child processes. */
export function createEmbeddedEngine(composer: Composer): MusicEngine {
  const capabilities: MusicCapabilities = {
    engine: ENGINE,
    description:
      'Writes a song sketch by rules and plays it with sampled instruments. Needs no key, no GPU and no network.',
    isGenerative: false,
    isPaid: false,
    makesSections: true,
    makesSongs: false,
    playsScore: true,
    // What leads into a section stands in the score.
    contextSeconds: 0,
    repaints: false,
    progress: 'measured',
    cancels: true,
    reattaches: 'no',
    lanes: composer.lanes,
    maxSongSeconds: PLAN_LIMITS.durationSeconds.max,
    mediaTypes: [RAW_SECTION_MEDIA_TYPE],
    styles: STYLE_NAMES,
    lyricsForm: 'score',
    lyricsLimits: {},
  };
  return {
    name: EMBEDDED,
    describe: () => Promise.resolve(capabilities),
    check: () => Promise.resolve(),
    async render({ scorePath, sectionIndex, sections, path }, { signal, onStart, onProgress }) {
      if (scorePath === undefined) throw invalidField('scorePath', 'is missing; the composer plays a score');
      if (sectionIndex === undefined || sectionIndex >= sections.length) {
        throw invalidField('sectionIndex', `must be 0 to ${sections.length - 1}, is ${sectionIndex ?? 'missing'}`);
      }
      const { sizeBytes, mediaType } = await composer.render(
        { planPath: scorePath, index: sectionIndex, path },
        signal,
        {
          ...(onStart && { onStart }),
          onProgress: ({ doneSeconds, totalSeconds }) =>
            onProgress?.({ done: doneSeconds, total: totalSeconds, unit: 'seconds', stage: 'render' }),
        },
      );
      return { mediaType, sizeBytes, engine: ENGINE, warnings: [] };
    },
  };
}
