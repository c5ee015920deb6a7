import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EMULATORS, MUSIC_EMULATORS } from './emulator-list.ts';
import { startEmulator } from './emulator.ts';
import { parseFaultScript } from './faults/fault-script.ts';

const ALL = { ...EMULATORS, ...MUSIC_EMULATORS };
const USAGE = `node tools/emulators/src/main.ts PROVIDER [--port 0] [--faults FILE] [--key KEY] [--latency MS] [--variant name=value]...
PROVIDER is one of ${Object.keys(ALL).join(', ')}. FILE holds a list such as [{"kind": "rate_limit", "times": 1}].`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '0' },
      faults: { type: 'string' },
      key: { type: 'string' },
      latency: { type: 'string', default: '1000' },
      variant: { type: 'string', multiple: true, default: [] },
    },
  });
  const provider = ALL[positionals[0] ?? ''];
  if (!provider || positionals.length > 1) throw new Error(USAGE);
  const emulator = await startEmulator(provider, {
    port: Number(values.port),
    latencyMs: Number(values.latency),
    ...(values.key !== undefined && { key: values.key }),
    ...(values.faults !== undefined && { faults: parseFaultScript(readFileSync(values.faults, 'utf8')) }),
    variants: Object.fromEntries(values.variant.map((pair) => pair.split('=', 2) as [string, string])),
  });
  console.log(JSON.stringify({ provider: provider.name, url: emulator.url, key: emulator.key }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close());
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
