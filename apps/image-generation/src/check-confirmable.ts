import { hasEveryArtifact } from '@framesong/artifact-api';
import type { ArtifactStore } from '@framesong/artifacts';
import { unmet, type ChosenPreview } from './check-confirmation.ts';

/** @throws FramesongError FAILED_PRECONDITION when the preview has expired, or what the frame would reuse is gone. */
export async function checkConfirmable(
  artifacts: ArtifactStore,
  tenant: string,
  { jobId, picture, facts }: ChosenPreview,
): Promise<void> {
  const { confirmUntil = '', references } = facts;
  if (!(Date.parse(confirmUntil) > Date.now())) {
    throw unmet(
      'PREVIEW_EXPIRED',
      `the previews of job ${jobId} could be confirmed until ${confirmUntil}; submit the request again, with the seed of the candidate for the same picture where the model can`,
    );
  }
  if (await hasEveryArtifact(artifacts, tenant, [picture, references])) return;
  throw unmet('PREVIEW_GONE', `pictures of job ${jobId} are no longer kept; submit the request again`);
}
