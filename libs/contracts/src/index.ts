import { join } from 'node:path';

/**
 * The descriptor set of the whole contract, `google/rpc` and health included, as `buf build` wrote it: for reflection.
 * The generated code itself is imported by its package: `@framesong/contracts/job/v1/job`.
 */
export const descriptorSetFile = join(import.meta.dirname, 'gen', 'descriptor-set.binpb');
