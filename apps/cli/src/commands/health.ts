import { durationText } from '@framesong/client';
import type { CliCommand } from '../cli-command.ts';
import { askHealth } from '../health-answers.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { tableLines } from '../output/table.ts';

const EXIT_UNAVAILABLE = EXIT_CODES.find(({ codes }) => codes.includes('UNAVAILABLE'))!.exitCode;

/** `framesong health` */
export const health: CliCommand = {
  define: () => undefined,
  async run(session) {
    const answers = await askHealth(session);
    session.interrupt.throwIfAborted();
    session.output.result({ services: answers }, () =>
      tableLines(
        ['service', 'address', 'status', 'time', ''],
        answers.map(({ service, address, status, elapsedMs, error }) => [
          service,
          address,
          status,
          durationText(elapsedMs),
          error ?? '',
        ]),
      ),
    );
    return answers.every(({ status }) => status === 'SERVING') ? 0 : EXIT_UNAVAILABLE;
  },
};
