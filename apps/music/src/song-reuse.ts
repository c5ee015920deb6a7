import { hasEveryArtifact } from '@framesong/artifact-api';
import type { ArtifactStore } from '@framesong/artifacts';
import { COMPOSER_ENGINE } from '@framesong/composer';
import type { SongRequest } from '@framesong/contracts/music/v1/song';
import { reuseTermsOf } from '@framesong/job-api';
import type { ReuseTerms } from '@framesong/jobs';
import type { SongInput } from './song-input.ts';

/** What makes a song the same as another: what was asked for, and not what the score made of it, which follows from the seed. */
export function songReuse(
  { artifacts }: { readonly artifacts: ArtifactStore },
  { cache, bpm, key }: Pick<SongRequest, 'cache' | 'bpm' | 'key'>,
  input: SongInput,
  tenant: string,
): ReuseTerms {
  const { lyrics, seed } = input;
  const scored = ['lyrics', 'seed', 'plan', 'bpm', 'key', 'profile', 'plannedSeconds', 'sections', 'warnings'];
  const asked = Object.fromEntries(Object.entries(input).filter(([name]) => !scored.includes(name)));
  return reuseTermsOf(cache, {
    rest: { ...asked, bpm, key, composer: COMPOSER_ENGINE },
    text: lyrics,
    seed,
    isUsable: ({ result }) => hasEveryArtifact(artifacts, tenant, result),
  });
}
