import { createMusicEngine, createReplicateMusicAdapter } from '@framesong/providers/music';
import { describeMusicEngine } from '@framesong/providers/music-conformance';
import { startEmulator } from '../emulator.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { replicateMusicEmulator } from './replicate-music-emulator.ts';

describeMusicEngine('Replicate', async () => {
  const emulator = await startEmulator(replicateMusicEmulator);
  const engine = createMusicEngine(
    createReplicateMusicAdapter({
      baseUrl: `${emulator.url}/v1`,
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
