import { FramesongError } from '@framesong/errors';
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { ServerIdentity } from './server-identity.ts';

/**
 * Runs one PostgreSQL program to its end as the server's user.
 * @throws INTERNAL with the program's own words in the cause.
 */
export async function runProgram(identity: ServerIdentity, program: string, args: readonly string[]): Promise<void> {
  const [command, ...rest] = [...identity.prefix, program, ...args];
  const child = spawn(command!, rest, {
    ...identity.spawn,
    // A server started here outlives us: it must hold neither our folder nor our output open.
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
  });
  let words = '';
  const collect = (chunk: Buffer): void => {
    words += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    // `exit` and not `close`: the server inherits the pipes of pg_ctl.
    child.once('exit', resolve);
  });
  child.stdout.destroy();
  child.stderr.destroy();
  if (exitCode === 0) return;
  const name = path.basename(program);
  throw new FramesongError(`${name} ended with ${String(exitCode)}: ${words.trim()}`, {
    code: 'INTERNAL',
    reason: 'POSTGRES_PROGRAM_FAILED',
    metadata: { program: name },
  });
}
