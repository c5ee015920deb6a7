import { COMFYUI_MODELS, createComfyUiAdapter, createImageProvider } from '@framesong/providers';
import { describeImageProvider } from '@framesong/providers/conformance';
import { startEmulator } from '../emulator.ts';
import { adapterUnderTest } from '../under-test.ts';
import { comfyuiEmulator } from './comfyui-emulator.ts';

describeImageProvider('comfyui', COMFYUI_MODELS, async () => {
  const emulator = await startEmulator(comfyuiEmulator());
  const adapter = createComfyUiAdapter({
    baseUrl: emulator.url,
    http: { repeats: { firstMs: 5, maxMs: 20 } },
    poll: { everyMs: 2 },
  });
  return { ...adapterUnderTest(createImageProvider(adapter), emulator), findsLostOrders: true };
});
