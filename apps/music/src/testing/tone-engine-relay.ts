// The tone engine as a process of its own: `node tone-engine-relay.ts PORT MILLISECONDS`, with a pause before each quarter of
// a second of sound. Tells on stdout, a line of JSON each, where it listens and which renders it begins.
import { setTimeout } from 'node:timers/promises';
import { startToneEngine } from './tone-engine.ts';

const [port = '0', pauseMs = '0'] = process.argv.slice(2);
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

void startToneEngine({
  port: Number(port),
  pace: () => setTimeout(Number(pauseMs)),
  onBegin: (renderId) => tell({ msg: 'render begun', renderId }),
}).then((engine) => {
  tell({ msg: 'listening', address: engine.address });
  process.once('SIGTERM', () => void engine[Symbol.asyncDispose]().then(() => process.exit(0)));
  process.once('disconnect', () => process.exit(1));
});
