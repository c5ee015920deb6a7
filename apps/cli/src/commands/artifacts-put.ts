import { uploadArtifact } from '@framesong/client';
import { ArtifactRef } from '@framesong/contracts/artifact/v1/artifact';
import type { CliCommand } from '../cli-command.ts';
import { sizeOfFile } from '../files.ts';
import { SERVICE_OPTION, type ServiceOption } from '../job/find-artifact.ts';
import { jobOwners } from '../job/job-owners.ts';
import { protoJson } from '../output/proto-json.ts';

/** `framesong artifacts put`: stores the file with image-generation unless another service is named. */
export const artifactsPut: CliCommand = {
  define: (command) =>
    void command
      .argument('<file>', 'what to store')
      .option(...SERVICE_OPTION)
      .option('--media-type <type>', 'what it is, where the service cannot see that itself', ''),
  async run(session, [path = ''], values) {
    const { service = ['image'], mediaType } = values as unknown as ServiceOption & { mediaType: string };
    await sizeOfFile('file', path);
    const [owner] = jobOwners(session, service);
    const artifact = await uploadArtifact(owner!.artifacts, path, { ...session.call(), mediaType });
    session.output.result(protoJson(ArtifactRef, artifact), () => [artifact.digest]);
    return 0;
  },
};
