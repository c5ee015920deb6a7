import { Server, ServerCredentials, type ServerReadableStream, type UntypedHandleCall } from '@grpc/grpc-js';
import {
  ArtifactServiceService,
  type WriteArtifactRequest,
  type WriteArtifactResponse,
} from '@framesong/contracts/artifact/v1/artifact_service';
import {
  CompressionServiceService,
  type CompressImageRequest,
  type CompressImageResponse,
} from '@framesong/contracts/compression/v1/compression_service';
import { answerBench, ownCpuMs, tellBench } from '../processes/answering.ts';
import { answerTo, arrived, contentBytes } from './messages.ts';

// The same handlers on grpc-js alone, with its defaults: no deadlines of its own, no tracing, no limits but that of a message.
const server = new Server();
const compressImage = (
  call: { request: CompressImageRequest },
  reply: (error: null, value: CompressImageResponse) => void,
) => reply(null, answerTo(call.request));

const writeArtifact = (
  call: ServerReadableStream<WriteArtifactRequest, WriteArtifactResponse>,
  reply: (error: null, value: WriteArtifactResponse) => void,
) => {
  let bytes = 0;
  call.on('data', (request: WriteArtifactRequest) => (bytes += contentBytes(request)));
  call.on('end', () => reply(null, arrived(bytes)));
};

server.addService(CompressionServiceService, { compressImage: compressImage as UntypedHandleCall });
server.addService(ArtifactServiceService, { writeArtifact: writeArtifact as UntypedHandleCall });
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  answerBench({ cpu: () => ({ kind: 'used', cpuMs: ownCpuMs(), spans: 0 }) });
  tellBench({ kind: 'serving', port });
});
