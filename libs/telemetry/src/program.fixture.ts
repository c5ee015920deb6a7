import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const TELEMETRY = pathToFileURL(`${import.meta.dirname}/index.ts`).href;

/** Everything that a program wrote, and how it ended. */
export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON lines of stdout. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** A program in a process of its own. `telemetry` is the library, and telemetry is started as service `tester`. */
export function startProgram(
  body: string,
  env: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcessWithoutNullStreams; readonly result: Promise<ProgramResult> } {
  const source = `
    import * as telemetry from '${TELEMETRY}';
    import { loadSettings } from '@framesong/config';
    const { stage, recordStages, log, METRICS, record, count, watchGauge, spanCounts } = telemetry;
    const print = (value) => console.log(JSON.stringify(value));
    const start = () => telemetry.startTelemetry({
      serviceName: 'tester', settings: loadSettings({ t: telemetry.telemetrySettings }).t,
    });
    ${body}
    process.exit(0);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { env, cwd: import.meta.dirname });
  return { child, result: resultOf(child) };
}

/** Runs a program to its end. */
export function runProgram(body: string, env: Readonly<Record<string, string>> = {}): Promise<ProgramResult> {
  return startProgram(body, env).result;
}

async function resultOf(child: ChildProcessWithoutNullStreams): Promise<ProgramResult> {
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const lines = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, stdout, stderr, lines };
}
