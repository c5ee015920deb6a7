import { parseArgs } from 'node:util';
import { FramesongError } from '@framesong/errors';

/**
 * The environment with what the command line says over it: `{ role: 'FRAMESONG_IMAGE_ROLE' }` lets `--role worker` stand for
 * the variable.
 * @throws FramesongError INVALID_ARGUMENT, reason COMMAND_LINE_INVALID, for a flag that there is not, or one without a value.
 */
export function environmentWithFlags(
  flags: Readonly<Record<string, string>>,
  args: readonly string[] = process.argv.slice(2),
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const options = Object.fromEntries(Object.keys(flags).map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...args], options });
    const given = Object.entries(flags).flatMap(([name, variable]) => {
      const value = values[name];
      return typeof value === 'string' ? [[variable, value]] : [];
    });
    return { ...env, ...(Object.fromEntries(given) as NodeJS.ProcessEnv) };
  } catch (error) {
    const known = Object.keys(flags).map((name) => `--${name}`);
    throw new FramesongError(`${(error as Error).message}; there is ${known.join(', ')}`, {
      code: 'INVALID_ARGUMENT',
      reason: 'COMMAND_LINE_INVALID',
    });
  }
}
