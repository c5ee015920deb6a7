import {
  ImageRole as WireRole,
  type CompressImageSetHeader,
  type CompressImageSetRequest,
} from '@framesong/contracts/compression/v1/compression_service';
import { invalidArgument, invalidField, type FieldViolation } from '@framesong/errors';
import { compressionOptions, MAX_BUDGET_BYTES, MIN_BUDGET_BYTES, type PoolOptions } from './compression-options.ts';
import type { Source } from './source.ts';
import type { Spool } from './spool.ts';
import { appendChunk, commitMissing, commitUpload } from './upload-parts.ts';

/** What an image of a set shows. */
export type ImageRole = 'scene' | 'character' | 'other';

/** What is wanted of a set. */
export interface SetPlan {
  readonly totalBytes: number;
  readonly roles: readonly ImageRole[];
  /** Of each image. `maxSizeBytes` is the most that one may take. */
  readonly options: PoolOptions;
}

/** Most images of a set. */
export const MAX_IMAGES = 32;
const ROLES: Readonly<Partial<Record<WireRole, ImageRole>>> = {
  [WireRole.UNSPECIFIED]: 'other',
  [WireRole.SCENE]: 'scene',
  [WireRole.CHARACTER]: 'character',
  [WireRole.OTHER]: 'other',
};

/**
 * Reads the upload of a set: the plan first, then each source when it is committed. The sources belong to the caller.
 * @throws FramesongError INVALID_ARGUMENT for a wrong order, a faulty header, a missing commit or a chunk that is too
 *   large; DATA_LOSS when size or digest of a commit do not match
 */
export async function* readImageSet(
  requests: AsyncIterable<CompressImageSetRequest>,
  spool: Spool,
): AsyncGenerator<SetPlan | Source> {
  let plan: SetPlan | undefined;
  let count = 0;
  let file = spool.create();
  try {
    for await (const { part } of requests) {
      if (part?.$case === 'header' && !plan) yield (plan = setPlan(part.value));
      else if (!plan) throw invalidField('header', 'must come first');
      else if (part?.$case === 'chunk' && count < plan.roles.length) await appendChunk(file, part.value);
      else if (part?.$case === 'commit' && count < plan.roles.length) {
        const source = await commitUpload(file, part.value);
        await file[Symbol.asyncDispose]();
        file = spool.create();
        count += 1;
        yield source;
      } else throw invalidField('part', 'must be the header, then chunks and a commit for each of its roles');
    }
  } finally {
    await file[Symbol.asyncDispose]();
  }
  if (!plan || count < plan.roles.length) throw commitMissing();
}

function setPlan(header: CompressImageSetHeader): SetPlan {
  const { roles, options } = header;
  const totalBytes = Number(header.totalMaxSizeBytes);
  const faults: FieldViolation[] = [];
  if (roles.length < 1 || roles.length > MAX_IMAGES) {
    faults.push({ field: 'header.roles', description: `must name 1 to ${MAX_IMAGES} images, has ${roles.length}` });
  }
  const known = roles.map((role) => ROLES[role]);
  if (known.includes(undefined)) {
    const description = 'takes IMAGE_ROLE_SCENE, _CHARACTER and _OTHER';
    faults.push({ field: 'header.roles', description });
  }
  const least = MIN_BUDGET_BYTES * Math.max(1, roles.length);
  if (!(totalBytes >= least && totalBytes <= MAX_BUDGET_BYTES)) {
    const description = `must be ${least} (${MIN_BUDGET_BYTES} per image) to ${MAX_BUDGET_BYTES}, is ${totalBytes}`;
    faults.push({ field: 'header.total_max_size_bytes', description });
  }
  if (faults.length > 0) throw invalidArgument(faults);
  return {
    totalBytes,
    roles: known.filter((role) => role !== undefined),
    options: compressionOptions(options, { budgetBytes: totalBytes }),
  };
}
