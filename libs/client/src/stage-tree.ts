import type { StageTiming } from '@framesong/contracts/timing/v1/stage_timing';
import { msOfDuration } from '@framesong/rpc';

const BAR_WIDTH = 24;

/**
 * Stage timings as lines of a tree for a terminal: name, duration, and a bar that shows when it ran within the whole.
 * Stages that ran side by side stand below one another with bars that overlap.
 */
export function stageTree(stages: readonly StageTiming[]): string[] {
  const rows = stages.map((stage) => ({
    label: `${'  '.repeat(stage.depth)}${stage.name}${stage.errorType && ` (${stage.errorType})`}`,
    startMs: msOfDuration(stage.startOffset) ?? 0,
    durationMs: msOfDuration(stage.duration) ?? 0,
  }));
  const totalMs = Math.max(1, ...rows.map(({ startMs, durationMs }) => startMs + durationMs));
  const labelWidth = Math.max(...rows.map(({ label }) => label.length));
  return rows.map(({ label, startMs, durationMs }) => {
    const from = Math.min(BAR_WIDTH - 1, Math.floor((startMs / totalMs) * BAR_WIDTH));
    const length = Math.min(BAR_WIDTH - from, Math.max(1, Math.round((durationMs / totalMs) * BAR_WIDTH)));
    const bar = `${' '.repeat(from)}${'#'.repeat(length)}`.padEnd(BAR_WIDTH);
    return `${label.padEnd(labelWidth)}  ${durationText(durationMs).padStart(8)}  |${bar}|`;
  });
}

/** `420 ms`, `3.4 s`, `2 min 05 s`. */
export function durationText(durationMs: number): string {
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
