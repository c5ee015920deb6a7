import { readFileSync } from 'node:fs';
import type { Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';

type PackageDefinition = ConstructorParameters<typeof ReflectionService>[0];

/** `file`, the only field of google.protobuf.FileDescriptorSet: number 1, length-delimited. */
const FILE_TAG = 0x0a;

/**
 * Reflection v1 and v1alpha from the descriptor set that the build wrote.
 *
 * Trap: descriptors that have been through the service definitions or through proto-loader come out merged by package, and
 * strict clients refuse them. So the files go in as they stand in the set.
 */
export function addReflection(server: Server, descriptorSetFile: string, services: readonly string[]): void {
  const fileDescriptorProtos = filesOf(readFileSync(descriptorSetFile));
  // Only this property of a definition is looked at.
  const definition = { set: { fileDescriptorProtos } } as unknown as PackageDefinition;
  new ReflectionService(definition, { services: [...services] }).addToServer(server);
}

/** The encoded files of a google.protobuf.FileDescriptorSet. */
function filesOf(set: Buffer): Buffer[] {
  const files: Buffer[] = [];
  let at = 0;
  while (at < set.length) {
    if (set[at++] !== FILE_TAG) throw new TypeError('not a descriptor set: build the contract again');
    let length = 0;
    for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
      byte = set.readUInt8(at++);
      length += (byte & 0x7f) * 2 ** shift;
    }
    files.push(set.subarray(at, (at += length)));
  }
  return files;
}
