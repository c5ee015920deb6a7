import { downloadArtifact } from '@framesong/client';
import type { CliCommand } from '../cli-command.ts';
import { writeOutput } from '../files.ts';
import { findArtifact, SERVICE_OPTION, type ServiceOption } from '../job/find-artifact.ts';
import { sizeText } from '../output/table.ts';

/** `framesong artifacts get` */
export const artifactsGet: CliCommand = {
  define: (command) =>
    void command
      .argument('<digest>', 'sha256:...')
      .option(...SERVICE_OPTION)
      .requiredOption('-o, --output <file>', 'where to write; - is stdout'),
  async run(session, [digest = ''], values) {
    const { output: path, ...options } = values as unknown as ServiceOption & { output: string };
    const { owner, artifact } = await findArtifact(session, digest, options);
    const content = downloadArtifact(owner.artifacts, digest, session.call());
    if (path === '-') {
      for await (const chunk of content) process.stdout.write(chunk);
      return 0;
    }
    const sizeBytes = await writeOutput('--output', path, content);
    session.output.result({ file: path, sizeBytes, mediaType: artifact.mediaType, digest }, () => [
      `${path}  ${sizeText(sizeBytes)}, ${artifact.mediaType}`,
    ]);
    return 0;
  },
};
