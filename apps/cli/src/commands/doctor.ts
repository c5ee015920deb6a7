import type { CliCommand } from '../cli-command.ts';
import { DOCTOR_CHECKS } from '../doctor/checks.ts';
import { EXIT_CODES } from '../exit-codes.ts';

const EXIT_UNAVAILABLE = EXIT_CODES.find(({ codes }) => codes.includes('UNAVAILABLE'))!.exitCode;

/** `framesong doctor` */
export const doctor: CliCommand = {
  define: () => undefined,
  async run(session) {
    const { output } = session;
    const groups = await Promise.all(DOCTOR_CHECKS.map((check) => check(session)));
    session.interrupt.throwIfAborted();
    const findings = groups.flat();
    output.result({ findings }, () =>
      findings.flatMap(({ isGood, what, seen, todo }) => [
        `${isGood ? output.paint('green', 'good', process.stdout) : output.paint('red', 'BAD ', process.stdout)}  ${what}: ${seen}`,
        ...(todo === undefined ? [] : [`      -> ${todo}`]),
      ]),
    );
    return findings.every(({ isGood }) => isGood) ? 0 : EXIT_UNAVAILABLE;
  },
};
