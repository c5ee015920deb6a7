import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

// Loaded into a process with `node --import`, before its own code: measures the delay of its event loop in steps of 1 ms.
// SIGUSR2 writes what was measured since the last one to the file in FRAMESONG_BENCH_LOOP_FILE and begins anew.
const file = process.env['FRAMESONG_BENCH_LOOP_FILE'];
if (file !== undefined) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  process.on('SIGUSR2', () => {
    const ms = (nanoseconds: number) => nanoseconds / 1e6;
    const measured = { p99Ms: ms(histogram.percentile(99)), maxMs: ms(histogram.max), count: histogram.count };
    writeFileSync(`${file}.part`, JSON.stringify(measured));
    renameSync(`${file}.part`, file);
    histogram.reset();
  });
}
