import { createImageProvider, createJiekouAdapter, JIEKOU_MODELS } from '@framesong/providers';
import { describeImageProvider } from '@framesong/providers/conformance';
import { startEmulator } from '../emulator.ts';
import { adapterUnderTest } from '../under-test.ts';
import { jiekouEmulator } from './jiekou-emulator.ts';

describeImageProvider('jiekou', JIEKOU_MODELS, async () => {
  const emulator = await startEmulator(jiekouEmulator);
  const adapter = createJiekouAdapter({
    baseUrl: emulator.url,
    key: { value: emulator.key, setting: 'FRAMESONG_JIEKOU_API_KEY' },
    http: { repeats: { firstMs: 5, maxMs: 20, rateDelayMs: 5 } },
    download: { firstDelayMs: 5 },
    poll: { everyMs: 2 },
  });
  return adapterUnderTest(createImageProvider(adapter), emulator);
});
