import { createImageProvider, createFalAdapter, FAL_MODELS } from '@framesong/providers';
import { describeImageProvider } from '@framesong/providers/conformance';
import { startEmulator } from '../emulator.ts';
import { adapterUnderTest } from '../under-test.ts';
import { falEmulator } from './fal-emulator.ts';

describeImageProvider('fal', FAL_MODELS, async () => {
  const emulator = await startEmulator(falEmulator);
  const adapter = createFalAdapter({
    baseUrl: emulator.url,
    key: { value: emulator.key, setting: 'FRAMESONG_FAL_API_KEY' },
    http: { repeats: { firstMs: 5, maxMs: 20 } },
    download: { firstDelayMs: 5 },
    poll: { everyMs: 2 },
  });
  return adapterUnderTest(createImageProvider(adapter), emulator);
});
