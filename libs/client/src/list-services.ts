import { createClient, openChannel, type CallOptions } from '@framesong/rpc';

/** `list_services: ""`, field 7 of ServerReflectionRequest. Source: grpc/reflection/v1/reflection.proto. */
const LIST_SERVICES = Buffer.from([0x3a, 0x00]);
/** `list_services_response` of ServerReflectionResponse, `service` of ListServiceResponse, `name` of ServiceResponse. */
const PATH_TO_NAME = [6, 1, 1] as const;

const ReflectionService = {
  serverReflectionInfo: {
    path: '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    requestStream: true,
    responseStream: true,
    requestSerialize: (bytes: Buffer) => bytes,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
} as const;

/**
 * The full names of the services at an address, by server reflection: `framesong.job.v1.JobService`.
 * @throws FramesongError UNIMPLEMENTED where reflection is off
 */
export async function listServices(address: string, options: CallOptions = {}): Promise<string[]> {
  const channel = openChannel(address);
  try {
    const reflection = createClient(channel, ReflectionService);
    const names: string[] = [];
    for await (const response of reflection.serverReflectionInfo(oneRequest(), options)) {
      names.push(...valuesAt(response, PATH_TO_NAME).map((name) => name.toString('utf8')));
    }
    return names;
  } finally {
    channel.close();
  }
}

async function* oneRequest(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(LIST_SERVICES);
}

/** The length-delimited values at a path of field numbers. Source: protobuf.dev/programming-guides/encoding. */
function valuesAt(message: Buffer, [field, ...rest]: readonly number[]): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; at < message.length; factor *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const tag = varint();
    const wireType = tag % 8;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else {
      const length = varint();
      if (Math.floor(tag / 8) === field) found.push(message.subarray(at, at + length));
      at += length;
    }
  }
  return rest.length === 0 ? found : found.flatMap((inner) => valuesAt(inner, rest));
}
