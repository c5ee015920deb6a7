import { ArtifactRef } from '@framesong/contracts/artifact/v1/artifact';
import type { CliCommand } from '../cli-command.ts';
import { findArtifact, SERVICE_OPTION } from '../job/find-artifact.ts';
import { protoJson } from '../output/proto-json.ts';

/** `framesong artifacts stat` */
export const artifactsStat: CliCommand = {
  define: (command) => void command.argument('<digest>', 'sha256:...').option(...SERVICE_OPTION),
  async run(session, [digest = ''], values) {
    const { owner, artifact } = await findArtifact(session, digest, values);
    session.output.result({ service: owner.name, ...protoJson(ArtifactRef, artifact) }, () => [
      `${artifact.digest}  ${artifact.sizeBytes.toString()} B, ${artifact.mediaType}, of ${owner.name}`,
    ]);
    return 0;
  },
};
