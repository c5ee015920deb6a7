import { createMusicEngine, createFalMusicAdapter } from '@framesong/providers/music';
import { describeMusicEngine } from '@framesong/providers/music-conformance';
import { startEmulator } from '../emulator.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { falMusicEmulator } from './fal-music-emulator.ts';

describeMusicEngine('fal', async () => {
  const emulator = await startEmulator(falMusicEmulator);
  const engine = createMusicEngine(
    createFalMusicAdapter({
      baseUrl: emulator.url,
      key: { value: emulator.key, setting: 'KEY' },
      poll: { everyMs: 2 },
    }),
  );
  return {
    engine,
    song: SHORT_SONG,
    longSong: SHORT_SONG,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await emulator.close();
    },
  };
});
