import { createImageProvider, createReplicateAdapter, REPLICATE_MODELS } from '@framesong/providers';
import { describeImageProvider } from '@framesong/providers/conformance';
import { startEmulator } from '../emulator.ts';
import { adapterUnderTest } from '../under-test.ts';
import { replicateEmulator } from './replicate-emulator.ts';

describeImageProvider('replicate', REPLICATE_MODELS, async () => {
  const emulator = await startEmulator(replicateEmulator);
  const adapter = createReplicateAdapter({
    baseUrl: `${emulator.url}/v1`,
    key: { value: emulator.key, setting: 'FRAMESONG_REPLICATE_API_KEY' },
    http: { repeats: { firstMs: 5, maxMs: 20 } },
    download: { firstDelayMs: 5 },
    poll: { everyMs: 2 },
  });
  return adapterUnderTest(createImageProvider(adapter), emulator);
});
