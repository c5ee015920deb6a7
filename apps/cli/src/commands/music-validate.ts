import { ValidateLyricsResponse } from '@framesong/contracts/music/v1/music_service';
import type { CliCommand } from '../cli-command.ts';
import { EXIT_USAGE } from '../exit-codes.ts';
import { readText } from '../files.ts';
import { protoJson } from '../output/proto-json.ts';
import { tableLines } from '../output/table.ts';

/** `framesong music validate` */
export const musicValidate: CliCommand = {
  define: (command) => void command.argument('<file>', 'the lyrics'),
  async run({ framesong, output, ...session }, [path = '']) {
    const lyrics = await readText('file', path);
    const answer = await framesong.music.rpc.validateLyrics({ lyrics }, session.call());
    const { faults, sections, warnings } = answer;
    output.result({ file: path, ...protoJson(ValidateLyricsResponse, answer) }, () =>
      faults.length > 0
        ? faults.map(({ line, column, description }) => `${path}:${line}:${column}: ${description}`)
        : tableLines(
            ['section', 'lines', 'syllables'],
            sections.map(({ tag, lines, syllables }) => [tag, String(lines), String(syllables)]),
          ),
    );
    for (const warning of warnings) output.note(`warning: ${warning}`);
    return faults.length > 0 ? EXIT_USAGE : 0;
  },
};
