import type { Bench } from './bench.ts';
import { cliBench } from './benches/cli.ts';
import { compressionBench } from './benches/compression.ts';
import { firstFrameBench } from './benches/first-frame.ts';
import { imageFaultsBench } from './benches/image-faults.ts';
import { imageServiceBench } from './benches/image-service.ts';
import { jobsBench } from './benches/jobs.ts';
import { jobsCrashBench } from './benches/jobs-crash.ts';
import { musicFaultsBench } from './benches/music-faults.ts';
import { musicLongBench } from './benches/music-long.ts';
import { rpcBench } from './benches/rpc.ts';
import { songBench } from './benches/song.ts';
import { timeoutsBench } from './benches/timeouts.ts';

/** All benches, in the order in which `all` runs them. */
export const BENCHES: readonly Bench[] = [
  firstFrameBench,
  songBench,
  rpcBench,
  cliBench,
  compressionBench,
  timeoutsBench,
  imageServiceBench,
  imageFaultsBench,
  musicFaultsBench,
  jobsBench,
  jobsCrashBench,
  musicLongBench,
];
