import type { ArtifactClient, JobClient } from '@framesong/client';
import type { Session } from '../session.ts';

/** Short name of a service that has jobs and artifacts. */
export type OwnerName = 'image' | 'music';

/** A service that has jobs and artifacts. */
export interface NamedOwner {
  readonly name: OwnerName;
  readonly jobs: JobClient;
  readonly artifacts: ArtifactClient;
}

/** The services that have jobs and artifacts, or those of them that are named. */
export function jobOwners({ framesong }: Session, only?: readonly OwnerName[]): NamedOwner[] {
  const all: NamedOwner[] = [
    { name: 'image', jobs: framesong.imageGeneration.jobs, artifacts: framesong.imageGeneration.artifacts },
    { name: 'music', jobs: framesong.music.jobs, artifacts: framesong.music.artifacts },
  ];
  return all.filter(({ name }) => only?.includes(name) ?? true);
}
