import { spawnSync } from 'node:child_process';

/** What ffmpeg measures of a file: EBU R 128. */
export interface MeasuredLoudness {
  readonly integratedLufs: number;
  readonly truePeakDbtp: number;
}

const MEASURE = ['-map', '0:a', '-af', 'ebur128=peak=true', '-f', 'null', '-'];

/** Undefined where there is no ffmpeg. @throws Error for a file that it cannot decode without a fault */
export function measureWithFfmpeg(path: string): MeasuredLoudness | undefined {
  const words = ['-hide_banner', '-nostdin', '-xerror', '-i', path, ...MEASURE];
  const { error, status, stderr } = spawnSync('ffmpeg', words, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (error && 'code' in error && error.code === 'ENOENT') return undefined;
  // The summary comes last, after a line for each tenth of a second.
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
  const [, integrated] = /^\s+I:\s+(-?[\d.]+) LUFS/m.exec(summary) ?? [];
  const [, peak] = /^\s+Peak:\s+(-?[\d.]+) dBFS/m.exec(summary) ?? [];
  if (status !== 0 || integrated === undefined || peak === undefined) {
    throw new Error(`ffmpeg could not measure ${path}: ${stderr.slice(-500)}`);
  }
  return { integratedLufs: Number(integrated), truePeakDbtp: Number(peak) };
}
