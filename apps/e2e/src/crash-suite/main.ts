import { configureLog } from '@framesong/telemetry';
import { parseArgs } from 'node:util';
import type { Rule } from './check-history.ts';
import { runCrashSuite, type SuiteReport } from './run-suite.ts';

// The long form: `npx nx run @framesong/e2e:crash-suite`, or with other numbers
//   node apps/e2e/src/crash-suite/main.ts --crashes 200 --seed 7 --postgres system --json
// SEED in the environment repeats a run that failed.
const { values } = parseArgs({
  options: {
    crashes: { type: 'string', default: '200' },
    'hits-per-stage': { type: 'string', default: '5' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: process.env['SEED'] ?? String(Date.now() % 1_000_000) },
    postgres: { type: 'string', default: 'embedded' },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const say = (text: string): void => console.error(text);

configureLog('silent');
say(`seed ${seed}, ${values.postgres} PostgreSQL`);
runCrashSuite({
  seed,
  crashes: Number(values.crashes),
  hitsPerStage: Number(values['hits-per-stage']),
  limitMs: Number(values.minutes) * 60_000,
  postgres: values.postgres === 'system' ? 'system' : 'embedded',
  beatIntervalMs: 500,
  deadAfterMs: 3000,
  say,
}).then(
  (report) => {
    tell(report);
    if (values.json) console.log(JSON.stringify(figuresOf(report)));
    if (report.violations.length > 0)
      say(`once more with this seed: SEED=${seed} npx nx run @framesong/e2e:crash-suite`);
    process.exit(report.violations.length === 0 ? 0 : 1);
  },
  (error: unknown) => {
    say(String((error as Error).stack ?? error));
    say(`seed ${seed}`);
    process.exit(1);
  },
);

function tell({ hits, hitsByStage, accepted, states, charges, violations, complaints }: SuiteReport): void {
  const kinds = [...Map.groupBy(hits, ({ what }) => what)].map(([what, list]) => `${what} ${list.length}`);
  say(`${hits.length} crashes hit running jobs: ${kinds.join(', ')}`);
  say([...hitsByStage].map(([stage, count]) => `  ${stage}: ${count}`).join('\n'));
  say(`${accepted} jobs were accepted: ${[...states].map((entry) => entry.join(' ')).join(', ')}; ${charges} payments`);
  for (const { rule, text } of violations) say(`BROKEN (${rule}): ${text}`);
  for (const line of complaints) say(line);
  if (violations.length === 0) say('every promise was kept');
}

function figuresOf({ hits, hitsByStage, accepted, charges, violations }: SuiteReport): Record<string, number> {
  const broken = (rule: Rule): number => violations.filter((violation) => violation.rule === rule).length;
  return {
    crashes: hits.length,
    least_hits_of_a_stage: Math.min(...hitsByStage.values()),
    jobs: accepted,
    payments: charges,
    lost_jobs: broken('lost'),
    double_paid: broken('double paid'),
    double_counted_steps: broken('double counted step'),
    limit_exceeded: broken('limit exceeded'),
    broken_ledger: broken('broken ledger'),
    broken_histories: broken('broken history') + broken('other bytes'),
  };
}
