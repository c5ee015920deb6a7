// The tone engine as a process of its own: `node tone-engine-relay.ts PORT MILLISECONDS SECONDS progress`, with a pause before
// each quarter of a second of sound, and the seconds of other sections that it says it hears. Tells on stdout, a line of JSON
// each, where it listens, which renders it begins, how many bytes it was given to hear, and what was cancelled; with the last
// word also each progress and when it was sent. A style with the word `stalls-middle` makes it stand still there the
// first time, `always-stalls-middle` each time; the other places are begin, sound and chunk.
import { setTimeout } from 'node:timers/promises';
import { startToneEngine, type Held } from './tone-engine.ts';

const [port = '0', pauseMs = '0', contextSeconds = '0', tells] = process.argv.slice(2);
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

const held = new Set<string>();
const hold = (request: { readonly style: string; readonly renderId: string }, before: Held) => {
  const [, always, place] = /\b(always-)?stalls-(begin|middle|sound|chunk)\b/.exec(request.style) ?? [];
  if (place !== before || (always === undefined && held.has(request.renderId))) return undefined;
  held.add(request.renderId);
  return Promise.withResolvers<never>().promise;
};

void startToneEngine({
  port: Number(port),
  pace: () => setTimeout(Number(pauseMs)),
  hold,
  onBegin: ({ renderId, before, after }) => {
    const [beforeBytes, afterBytes] = [before, after].map((sound) => sound?.content.length ?? 0);
    tell({ msg: 'render begun', renderId, beforeBytes, afterBytes });
  },
  onCancel: (renderId) => tell({ msg: 'render cancelled', renderId }),
  ...(tells === 'progress' && {
    onTold: (renderId: string, doneSeconds: number) =>
      tell({ msg: 'progress', renderId, doneSeconds, atMs: Date.now() }),
  }),
  ...(contextSeconds !== '0' && {
    description: { context: { seconds: BigInt(contextSeconds), nanos: 0 }, repaints: true },
  }),
}).then((engine) => {
  tell({ msg: 'listening', address: engine.address });
  process.once('SIGTERM', () => void engine[Symbol.asyncDispose]().then(() => process.exit(0)));
  process.once('disconnect', () => process.exit(1));
});
