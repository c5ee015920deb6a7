import { createImageProvider, createOpenAiAdapter, OPENAI_MODELS } from '@framesong/providers';
import { describeImageProvider } from '@framesong/providers/conformance';
import { startEmulator } from '../emulator.ts';
import { adapterUnderTest } from '../under-test.ts';
import { openaiEmulator } from './openai-emulator.ts';

describeImageProvider('openai', OPENAI_MODELS, async () => {
  const emulator = await startEmulator(openaiEmulator);
  const adapter = createOpenAiAdapter({
    baseUrl: `${emulator.url}/v1`,
    key: { value: emulator.key, setting: 'FRAMESONG_OPENAI_API_KEY' },
    http: { repeats: { firstMs: 5, maxMs: 20 } },
  });
  return adapterUnderTest(createImageProvider(adapter), emulator);
});
