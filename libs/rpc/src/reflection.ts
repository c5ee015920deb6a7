import { readFileSync } from 'node:fs';
import type { Server } from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';

/**
 * Reflection v1 and v1alpha from the descriptor set that the build wrote. It is not taken from the service definitions:
 * those describe maps and well-known types in a way that strict clients refuse.
 */
export function addReflection(server: Server, descriptorSetFile: string, services: readonly string[]): void {
  const definition = loadFileDescriptorSetFromBuffer(readFileSync(descriptorSetFile));
  new ReflectionService(definition, { services: [...services] }).addToServer(server);
}
