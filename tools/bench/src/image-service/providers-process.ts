import { EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import { answerBench, tellBench } from '../processes/answering.ts';

// Emulated providers in a process of their own, so that drawing their pictures holds up neither service nor bench.

/** Time that each takes for a picture; drawing it comes on top. */
const LATENCIES_MS = { jiekou: 500, ark: 2000 } as const;

async function main(): Promise<void> {
  const running = new Map<string, Emulator>();
  for (const [name, latencyMs] of Object.entries(LATENCIES_MS)) {
    running.set(name, await startEmulator(EMULATORS[name]!, { latencyMs }));
  }
  answerBench({
    'last order': ({ provider }: { provider: string }) => {
      const order = running.get(provider)!.seen.findLast(({ purpose }) => purpose === 'order')!;
      const { method, path, headers, bytes } = order;
      return { kind: 'order', method, path, headers, bytes };
    },
  });
  tellBench({ kind: 'ready', urls: Object.fromEntries([...running].map(([name, { url }]) => [name, url])) });
}

void main();
