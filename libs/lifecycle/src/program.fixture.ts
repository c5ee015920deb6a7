import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A service that runs in a process of its own. */
export interface Program {
  readonly child: ChildProcess;
  /** Resolves when a line that starts with `text` has come on stdout. */
  readonly said: (text: string) => Promise<void>;
  /** The end: exit code, and all lines of stdout and stderr. */
  readonly end: Promise<{ readonly code: number | null; readonly stdout: string[]; readonly stderr: string }>;
}

const folder = mkdtempSync(join(tmpdir(), 'lifecycle-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
let programs = 0;

/**
 * Starts a program whose service has `start` as the body of its start function. The body sees `stack`, `stopping`, `say` (a
 * line on stdout) and `part(name, dispose)`, which puts a part onto the stack that says when it is disposed.
 * With `underShell` its parent is a shell, which is the `child`; its end is that of the program's output.
 */
export function startProgram(start: string, { underShell = false } = {}): Program {
  const path = join(folder, `program-${programs++}.mjs`);
  writeFileSync(
    path,
    `import { writeSync } from 'node:fs';
     import { runService } from '${pathToFileURL(`${import.meta.dirname}/index.ts`).href}';
     import { FramesongError } from '${pathToFileURL(`${import.meta.dirname}/../../errors/src/index.ts`).href}';
     const say = (text) => writeSync(1, text + '\\n');
     const log = {
       info: (fields, message) => say('info ' + message + ' ' + JSON.stringify(fields)),
       error: (fields, message) => say('error ' + message + ' ' + (fields.err?.message ?? JSON.stringify(fields))),
     };
     await runService({ name: 'tester', log, start: async (stack, stopping) => {
       const part = (name, dispose = async () => {}) =>
         stack.defer(async () => { say('disposing ' + name); await dispose(); say('disposed ' + name); });
       ${start}
     } });`,
  );
  const child = underShell
    ? spawn('/bin/sh', ['-c', `'${process.execPath}' '${path}' & wait`], { env: {} })
    : fork(path, { silent: true, env: {} });
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return {
    child,
    said: async (text) => {
      while (!stdout.split('\n').some((line) => line.startsWith(text))) await once(child.stdout!, 'data');
    },
    // Not 'close', which does not come after a disconnect.
    end: Promise.all([once(child, 'exit'), once(child.stdout!, 'end'), once(child.stderr!, 'end')]).then(
      ([[code]]) => ({
        code: code as number | null,
        stdout: stdout.split('\n').filter((line) => line !== ''),
        stderr,
      }),
    ),
  };
}
