import { once } from 'node:events';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { ArtifactServiceService, type WriteArtifactResponse } from '@framesong/contracts/artifact/v1/artifact_service';
import {
  CompressionServiceService,
  type CompressImageResponse,
} from '@framesong/contracts/compression/v1/compression_service';
import { answerBench, tellBench } from '../processes/answering.ts';
import { DEADLINE_MS, type Batch, type Caller } from './load.ts';
import { messagesOf, requestOf } from './messages.ts';
import { runBatch } from './run-batch.ts';

// A caller that uses grpc-js alone, with the same generated serializers and the same deadline.
let caller: Caller | undefined;

answerBench({
  connect: ({ address }: { address: string }) => {
    caller = { unary: unaryOf(connectTo(address)), upload: uploadOf(connectTo(address)) };
    return { kind: 'connected' };
  },
  run: async ({ batch }: { batch: Batch }) => ({ kind: 'ran', ...(await runBatch(caller!, batch)) }),
});
tellBench({ kind: 'ready' });

function connectTo(address: string): Client {
  return new Client(address, credentials.createInsecure());
}

function callOptions() {
  return { deadline: Date.now() + DEADLINE_MS };
}

function unaryOf(client: Client): Caller['unary'] {
  const { path, requestSerialize, responseDeserialize } = CompressionServiceService.compressImage;
  return (source) =>
    new Promise((resolve, reject) => {
      const reply = (error: Error | null, value?: CompressImageResponse) =>
        value ? resolve(value.image) : reject(error ?? new Error('no answer'));
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        requestOf(source),
        new Metadata(),
        callOptions(),
        reply,
      );
    });
}

function uploadOf(client: Client): Caller['upload'] {
  const { path, requestSerialize, responseDeserialize } = ArtifactServiceService.writeArtifact;
  return async (content) => {
    const { promise, resolve, reject } = Promise.withResolvers<bigint>();
    const reply = (error: Error | null, value?: WriteArtifactResponse) =>
      value ? resolve(value.artifact?.sizeBytes ?? 0n) : reject(error ?? new Error('no answer'));
    const call = client.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      new Metadata(),
      callOptions(),
      reply,
    );
    for (const message of messagesOf(content)) if (!call.write(message)) await once(call, 'drain');
    call.end();
    return promise;
  };
}
