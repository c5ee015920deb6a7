import { createMusicEngine, createStudioAdapter } from '@framesong/providers/music';
import { describeMusicEngine } from '@framesong/providers/music-conformance';
import { startEmulator } from '../emulator.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { studioEmulator } from './studio-emulator.ts';

describeMusicEngine('SongGeneration Studio', async () => {
  const emulator = await startEmulator(studioEmulator, { variants: { polls: '4' } });
  const engine = createMusicEngine(
    createStudioAdapter({ baseUrl: emulator.url, key: { setting: 'KEY' }, poll: { everyMs: 2 } }),
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
