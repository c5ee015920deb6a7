import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { bundledSoundfontPath, SAMPLE_RATE_HZ } from '@framesong/composer';
import { endedChildrenCpuMs } from '../measure/process-tree.ts';

/** What one render by fluidsynth took. */
export interface FluidsynthRun {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/**
 * The version of the fluidsynth that is there; Debian's package is installed when it is missing and this process may do that.
 * Otherwise why not.
 */
export function ensureFluidsynth(say: (text: string) => void): { version: string } | { missing: string } {
  const found = versionOf();
  if (found) return { version: found };
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return {
      missing: 'fluidsynth is not there and cannot be installed; as root on Debian: apt-get install fluidsynth',
    };
  }
  say('installing fluidsynth');
  spawnSync('apt-get', ['update'], { stdio: 'ignore' });
  const install = ['install', '-y', '--no-install-recommends', 'fluidsynth'];
  const { stderr } = spawnSync('apt-get', install, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  const installed = versionOf();
  return installed ? { version: installed } : { missing: `fluidsynth could not be installed: ${stderr.slice(-300)}` };
}

/** Renders a MIDI file to WAV with the soundfont and the sample rate of the composer, its effects on. */
export async function renderWithFluidsynth(midi: string, wav: string): Promise<FluidsynthRun> {
  const settings = [
    ['-o', 'synth.dynamic-sample-loading=1'],
    ['-r', String(SAMPLE_RATE_HZ)],
    ['-T', 'wav'],
    ['-F', wav],
  ];
  const words = ['-n', '-i', '-q', ...settings.flat(), bundledSoundfontPath(), midi];
  const cpuAtStart = endedChildrenCpuMs();
  const startedAt = performance.now();
  const child = spawn('fluidsynth', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const wallMs = performance.now() - startedAt;
  if (code !== 0 || !existsSync(wav)) throw new Error(`fluidsynth ended with ${String(code)}: ${said.trim()}`);
  return { wallMs, cpuMs: endedChildrenCpuMs() - cpuAtStart };
}

function versionOf(): string | undefined {
  const { error, stdout } = spawnSync('fluidsynth', ['--version'], { encoding: 'utf8' });
  return error ? undefined : /version (\S+)/.exec(stdout)?.[1];
}
