import type { ArtifactRef } from '@framesong/contracts/artifact/v1/artifact';
import { toFramesongError, type FramesongError } from '@framesong/errors';
import { listOf } from '../options/option-parsers.ts';
import type { Session } from '../session.ts';
import { jobOwners, type NamedOwner, type OwnerName } from './job-owners.ts';

/** The option that names the service to look at. */
export const SERVICE_OPTION = [
  '--service <name>',
  'image or music; each has artifacts of its own (default: both, put: image)',
  listOf(['image', 'music'] as const),
] as const;

/** Value of {@link SERVICE_OPTION}. */
export interface ServiceOption {
  readonly service?: readonly OwnerName[];
}

/**
 * Looks for an artifact at the services, one after the other.
 * @throws FramesongError NOT_FOUND when none of them has it; what went wrong where one could not be asked
 */
export async function findArtifact(
  session: Session,
  digest: string,
  { service }: ServiceOption,
): Promise<{ readonly owner: NamedOwner; readonly artifact: ArtifactRef }> {
  let failure: FramesongError | undefined;
  for (const owner of jobOwners(session, service)) {
    try {
      const { artifact } = await owner.artifacts.statArtifact({ digest }, session.call());
      if (artifact) return { owner, artifact };
    } catch (thrown) {
      const error = toFramesongError(thrown);
      if (failure === undefined || failure.code === 'NOT_FOUND') failure = error;
    }
  }
  throw failure!;
}
