import { openFramesong } from '@framesong/client';
import { accountExternalMemory } from '@framesong/lifecycle';
import { answerBench, tellBench } from '../processes/answering.ts';
import { DEADLINE_MS, type Batch, type Caller } from './load.ts';
import { messagesOf, requestOf } from './messages.ts';
import { runBatch } from './run-batch.ts';
import { startTracing } from './tracing.ts';

// A service that calls another with our client library, with all that it turns on.
accountExternalMemory();

let caller: Caller | undefined;

answerBench({
  connect: ({ address }: { address: string }) => {
    const { compression, imageGeneration } = openFramesong({ compression: address, imageGeneration: address });
    caller = {
      unary: async (source) =>
        (await compression.rpc.compressImage(requestOf(source), { timeoutMs: DEADLINE_MS })).image,
      upload: async (content) => {
        const { artifact } = await imageGeneration.artifacts.writeArtifact(stream(content), { timeoutMs: DEADLINE_MS });
        return artifact?.sizeBytes ?? 0n;
      },
    };
    return { kind: 'connected' };
  },
  run: async ({ batch }: { batch: Batch }) => ({ kind: 'ran', ...(await runBatch(caller!, batch)) }),
});
void startTracing('bench-client').then(() => tellBench({ kind: 'ready' }));

async function* stream(content: Buffer) {
  // The kit takes what is asynchronous, as it comes from a file or a call.
  for (const message of messagesOf(content)) yield await Promise.resolve(message);
}
