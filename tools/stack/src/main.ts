import { dataFolderSettings, loadSettings } from '@framesong/config';
import { addressSettings } from '@framesong/client';
import { jobSettings } from '@framesong/jobs';
import { toFramesongError } from '@framesong/errors';
import { configureLog } from '@framesong/telemetry';
import { parseOptions, USAGE } from './options.ts';
import { runStack } from './run-stack.ts';

/** Of a shell for a program that SIGINT ended: with `--once` there is no sample to answer for. */
const INTERRUPTED = 130;

// `npm start`: all services of one machine, and a sample that shows that they work.
configureLog('silent');
const options = parseOptions(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(`${options}\n\n${USAGE}`);
  process.exit(2);
}
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stop.abort());
}

void (async () => {
  const settings = loadSettings({ addresses: addressSettings, data: dataFolderSettings, jobs: jobSettings });
  const { once, provider, engine, emulator } = options;
  return runStack({ once, provider, engine, emulator, settings, stop: stop.signal });
})().then(
  (exitCode) => process.exit(exitCode),
  (thrown: unknown) => {
    const error = toFramesongError(thrown);
    // Told to stop while it still started or made a sample: everything is stopped, and nothing failed.
    if (stop.signal.aborted && error.code === 'CANCELLED') process.exit(options.once ? INTERRUPTED : 0);
    console.error(`\n${error.message}`);
    if (error.code === 'INTERNAL' && error.cause) console.error(error.cause);
    process.exit(1);
  },
);
