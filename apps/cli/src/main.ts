import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Compiled code is kept between runs, which halves the start-up; it only helps what is imported after this line.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/framesong'));

void (async () => {
  const { runCommandLine } = await import('./run-command-line.ts');
  process.exit(await runCommandLine(process.argv.slice(2)));
})();
