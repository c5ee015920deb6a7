// The tone engine as a process of its own: `node tone-engine-relay.ts PORT MILLISECONDS SECONDS`, with a pause before each
// quarter of a second of sound, and the seconds of other sections that it says it hears. Tells on stdout, a line of JSON each,
// where it listens, which renders it begins, and how many bytes it was given to hear.
import { setTimeout } from 'node:timers/promises';
import { startToneEngine } from './tone-engine.ts';

const [port = '0', pauseMs = '0', contextSeconds = '0'] = process.argv.slice(2);
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

void startToneEngine({
  port: Number(port),
  pace: () => setTimeout(Number(pauseMs)),
  onBegin: ({ renderId, before, after }) => {
    const [beforeBytes, afterBytes] = [before, after].map((sound) => sound?.content.length ?? 0);
    tell({ msg: 'render begun', renderId, beforeBytes, afterBytes });
  },
  ...(contextSeconds !== '0' && {
    description: { context: { seconds: BigInt(contextSeconds), nanos: 0 }, repaints: true },
  }),
}).then((engine) => {
  tell({ msg: 'listening', address: engine.address });
  process.once('SIGTERM', () => void engine[Symbol.asyncDispose]().then(() => process.exit(0)));
  process.once('disconnect', () => process.exit(1));
});
