import { descriptorSetFile } from '@framesong/contracts';
import { ArtifactServiceService, type WriteArtifactRequest } from '@framesong/contracts/artifact/v1/artifact_service';
import { CompressionServiceService } from '@framesong/contracts/compression/v1/compression_service';
import { accountExternalMemory } from '@framesong/lifecycle';
import { bindService, MAX_MESSAGE_BYTES, methodPolicy, startServer } from '@framesong/rpc';
import { spanCounts } from '@framesong/telemetry';
import { answerBench, ownCpuMs, tellBench } from '../processes/answering.ts';
import { answerTo, arrived, contentBytes } from './messages.ts';
import { startTracing } from './tracing.ts';

// A server of our kit with the policies that the services have, and handlers that do next to nothing.
const work = methodPolicy({
  class: 'work',
  defaultDeadlineMs: 60_000,
  maxDeadlineMs: 600_000,
  maxRequestBytes: MAX_MESSAGE_BYTES,
  refuseBelowMedian: true,
});
const transfer = methodPolicy({
  class: 'transfer',
  defaultDeadlineMs: 120_000,
  maxDeadlineMs: 3_600_000,
  maxRequestBytes: 300 * 1024,
});

// Only the methods that are called.
const ECHO = { compressImage: CompressionServiceService.compressImage };
const UPLOADS = { writeArtifact: ArtifactServiceService.writeArtifact };

// As runService does in every service.
accountExternalMemory();
void (async () => {
  await startTracing('bench-server');
  const server = await startServer({
    services: [
      {
        ...bindService(ECHO, { compressImage: (request) => Promise.resolve(answerTo(request)) }),
        policies: { compressImage: work },
      },
      {
        ...bindService(UPLOADS, { writeArtifact: async (requests) => arrived(await countBytes(requests)) }),
        policies: { writeArtifact: transfer },
      },
    ],
    address: { host: '127.0.0.1', port: 0 },
    settings: { allowPlaintext: false, drainGraceMs: 1_000, maxConcurrentWork: 64, maxQueuedWork: 256 },
    descriptorSetFile,
  });
  answerBench({ cpu: () => ({ kind: 'used', cpuMs: ownCpuMs(), spans: spanCounts().ended }) });
  tellBench({ kind: 'serving', port: server.port });
})();

async function countBytes(requests: AsyncIterable<WriteArtifactRequest>): Promise<number> {
  let bytes = 0;
  for await (const request of requests) bytes += contentBytes(request);
  return bytes;
}
