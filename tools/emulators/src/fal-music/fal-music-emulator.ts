import type { EmulatedProvider } from '../emulated-provider.ts';
import { falEmulator } from '../fal/fal-emulator.ts';
import { queueRoutes } from '../fal/queue-routes.ts';
import { servePicture } from '../pictures/serve-picture.ts';
import type { Fields } from '../requests/read-fields.ts';
import { emulatedSound } from '../sounds/emulated-sound.ts';
import { INPUT_FIELDS } from './input-fields.ts';

const SECONDS_PER_SECTION = 4;

/**
 * Models for music in the queue of fal, on loopback, with the variants of {@link queueRoutes}; `result` is the name of the field
 * that holds the sound.
 */
export const falMusicEmulator: EmulatedProvider = {
  name: 'fal-music',
  refusal: (status, words) => falEmulator.refusal(status, words),
  errorInside200: () => falEmulator.errorInside200(),
  routes(context) {
    const sounds = new Map<string, Buffer>();
    const queue = queueRoutes(context, {
      apps: ['fal-ai/minimax-music', 'fal-ai/ace-step'],
      inputs: INPUT_FIELDS,
      inferenceSeconds: 62.5,
      accept: (fields) => Promise.resolve({ prompt: String(fields['prompt'] ?? fields['tags']), references: [] }),
      make(id, _path, fields) {
        const lyrics = lyricsOf(fields);
        const seconds = Number(fields['duration'] ?? lyrics.split('\n\n').length * SECONDS_PER_SECTION);
        const file = `${id}.wav`;
        sounds.set(file, emulatedSound({ seconds, bpm: 120, key: lyrics, format: 'wav' }).body);
        return Promise.resolve(file);
      },
      result(file, origin) {
        const sound = { url: `${origin}/files/${file}`, content_type: 'audio/wav', file_name: file };
        return { [context.variants['result'] ?? 'audio']: sound };
      },
    });
    return [
      ...queue,
      {
        method: 'GET',
        path: '/files/{id}',
        purpose: 'result',
        handle: (request) => servePicture(request, sounds, 'audio/wav'),
      },
    ];
  },
};

function lyricsOf(fields: Fields): string {
  return ['lyrics', 'lyrics_prompt'].map((name) => fields[name]).find((text) => typeof text === 'string') ?? '';
}
