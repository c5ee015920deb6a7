import { configureLog } from '@framesong/telemetry';
import { BENCHES } from './bench-list.ts';
import { describeMachine, machineText } from './machine.ts';
import { parseOptions, usage } from './options.ts';
import { jsonLines } from './report/json-lines.ts';
import { markdownTable } from './report/markdown-table.ts';
import { writeToPage } from './report/measurements-page.ts';

// `npm run bench`: the table for people goes to stderr with --json, and to stdout without.
configureLog('silent');
const names = BENCHES.map(({ name }) => name);
const options = parseOptions(process.argv.slice(2), names);
if (typeof options === 'string') {
  console.error(`${options}\n\n${usage(names)}`);
  process.exit(2);
}
const { json, quick, write } = options;
const show = json ? console.error : console.log;

void (async () => {
  const machine = describeMachine();
  show(machineText(machine));
  let broken = 0;
  for (const bench of BENCHES.filter(({ name }) => options.names.includes(name))) {
    const startedAt = performance.now();
    show(`\n${bench.name}: ${bench.about}`);
    try {
      const figures = await bench.run({ quick, say: (text) => console.error(`${bench.name}: ${text}`) });
      show(`\n${markdownTable(figures).join('\n')}\n`);
      if (json) console.log(jsonLines(bench.name, figures).join('\n'));
      if (write && figures.length > 0) writeToPage(bench.name, figures, machine, quick);
      console.error(`${bench.name}: took ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    } catch (thrown) {
      broken++;
      console.error(`${bench.name}: gave no figures:`, thrown);
    }
  }
  process.exit(broken === 0 ? 0 : 1);
})();
