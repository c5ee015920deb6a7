import { createMusicEngine, createSongGenerationHttpAdapter } from '@framesong/providers/music';
import { describeMusicEngine } from '@framesong/providers/music-conformance';
import { startEmulator } from '../emulator.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { songGenerationHttpEmulator } from './songgeneration-http-emulator.ts';

describeMusicEngine('the HTTP wrapper around SongGeneration', async () => {
  const emulator = await startEmulator(songGenerationHttpEmulator(), { latencyMs: 20 });
  const engine = createMusicEngine(
    createSongGenerationHttpAdapter({
      baseUrl: emulator.url,
      key: { setting: 'KEY' },
      lane: { everyMs: 2 },
    }),
  );
  return {
    engine,
    song: SHORT_SONG,
    longSong: { ...SHORT_SONG, sections: Array.from({ length: 20 }, () => SHORT_SONG.sections[0]!) },
    async [Symbol.asyncDispose]() {
      await engine.close();
      await emulator.close();
    },
  };
});
