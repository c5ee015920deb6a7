import type { ArtifactStore } from '@framesong/artifacts';
import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { bindService, methodPolicy, type ServedService } from '@framesong/rpc';
import { readArtifact } from './read-artifact.ts';
import { statArtifact } from './stat-artifact.ts';
import { writeArtifact } from './write-artifact.ts';

/** `framesong.artifact.v1.ArtifactService` over a store: the service table, one line per RPC. */
export function artifactService(store: ArtifactStore): ServedService {
  const transfer = methodPolicy({
    class: 'transfer',
    defaultDeadlineMs: 120_000,
    maxDeadlineMs: 3_600_000,
    maxRequestBytes: 300 * 1024,
  });
  return {
    ...bindService(ArtifactServiceService, {
      readArtifact: (request, call) => readArtifact(store, request, call),
      writeArtifact: (requests, call) => writeArtifact(store, requests, call),
      statArtifact: (request, call) => statArtifact(store, request, call),
    }),
    policies: { readArtifact: transfer, writeArtifact: transfer, statArtifact: methodPolicy() },
  };
}
