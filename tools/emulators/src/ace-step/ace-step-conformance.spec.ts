import { createAceStepAdapter, createMusicEngine } from '@framesong/providers/music';
import { describeMusicEngine } from '@framesong/providers/music-conformance';
import { startEmulator } from '../emulator.ts';
import { lengthened, SHORT_SONG } from '../sounds/short-song.ts';
import { aceStepEmulator } from './ace-step-emulator.ts';

describeMusicEngine('ACE-Step', async () => {
  const emulator = await startEmulator(aceStepEmulator, { variants: { polls: '4' } });
  const engine = createMusicEngine(
    createAceStepAdapter({
      baseUrl: emulator.url,
      key: { value: emulator.key, setting: 'KEY' },
      poll: { everyMs: 2 },
    }),
  );
  return {
    engine,
    song: SHORT_SONG,
    longSong: lengthened(SHORT_SONG, 60),
    async [Symbol.asyncDispose]() {
      await engine.close();
      await emulator.close();
    },
  };
});
