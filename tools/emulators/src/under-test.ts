import type { ImageProvider } from '@framesong/providers';
import type { AdapterUnderTest } from '@framesong/providers/conformance';
import type { Emulator } from './emulator.ts';
import type { FaultKind } from './faults/fault-script.ts';
import { drawPicture } from './pictures/draw-picture.ts';

/** A provider and the emulator behind it, as the conformance suite wants them. */
export function adapterUnderTest(provider: ImageProvider, emulator: Emulator): AdapterUnderTest {
  return {
    provider,
    key: emulator.key,
    picture: (seed, mediaType) =>
      drawPicture({
        widthPx: 64,
        heightPx: 48,
        title: '',
        key: String(seed),
        format: mediaType.slice('image/'.length) as 'png' | 'jpeg' | 'webp',
      }),
    orders: () => emulator.paid.all,
    requests: (wanted) => emulator.seen.filter(({ purpose }) => purpose === wanted).length,
    next: (purpose) => emulator.next(purpose),
    fail: (kind, on) => emulator.faults.replace([{ kind: kind as FaultKind, on }]),
    vanish: () => emulator.close(),
    connections: () => emulator.connections(),
    async close() {
      await provider.close();
      await emulator.close();
    },
  };
}
