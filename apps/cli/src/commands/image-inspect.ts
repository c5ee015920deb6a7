import { open } from 'node:fs/promises';
import { ImageFormat, InspectImageResponse } from '@framesong/contracts/compression/v1/compression_service';
import type { CliCommand } from '../cli-command.ts';
import { sizeOfFile } from '../files.ts';
import { protoJson } from '../output/proto-json.ts';
import { sizeText } from '../output/table.ts';

/** Enough for the header, also behind a long EXIF block. */
const PREFIX_BYTES = 600 * 1024;

/** `framesong image inspect` */
export const imageInspect: CliCommand = {
  define: (command) => void command.argument('<file>', 'the picture'),
  async run(session, [path = '']) {
    const sizeBytes = await sizeOfFile('file', path);
    const answer = await session.framesong.compression.rpc.inspectImage(
      { prefix: await beginningOf(path, Math.min(sizeBytes, PREFIX_BYTES)) },
      session.call(),
    );
    const { format, width, height, hasAlpha, orientation, pages } = answer;
    session.output.result({ file: path, sizeBytes, ...protoJson(InspectImageResponse, answer) }, () => [
      [
        `${path}  ${formatWord(format)}`,
        `${width}x${height}`,
        sizeText(sizeBytes),
        hasAlpha ? 'with transparency' : '',
        orientation > 1 ? `orientation ${orientation}` : '',
        pages > 1 ? `${pages} frames` : '',
      ]
        .filter(Boolean)
        .join(', '),
    ]);
    return 0;
  },
};

async function beginningOf(path: string, length: number): Promise<Buffer> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
  return buffer.subarray(0, bytesRead);
}

function formatWord(format: ImageFormat): string {
  return Object.entries(ImageFormat).find(([, value]) => value === format)?.[0] ?? 'unknown';
}
