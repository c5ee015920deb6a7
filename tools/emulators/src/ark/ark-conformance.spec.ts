import { ARK_MODELS, createArkAdapter, createImageProvider } from '@framesong/providers';
import { describeImageProvider } from '@framesong/providers/conformance';
import { startEmulator } from '../emulator.ts';
import { adapterUnderTest } from '../under-test.ts';
import { arkEmulator } from './ark-emulator.ts';

describeImageProvider('ark', ARK_MODELS, async () => {
  const emulator = await startEmulator(arkEmulator);
  const adapter = createArkAdapter({
    baseUrl: `${emulator.url}/api/v3`,
    key: { value: emulator.key, setting: 'FRAMESONG_ARK_API_KEY' },
    http: { repeats: { firstMs: 5, maxMs: 20 } },
    download: { firstDelayMs: 5 },
  });
  return adapterUnderTest(createImageProvider(adapter), emulator);
});
