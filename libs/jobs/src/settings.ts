import { defineSettings, durationMs, integer, oneOf, text } from '@framesong/config';
import { LIMIT_PATTERN } from './costs/spending-limits.ts';

/** Settings of the job engine. */
export const jobSettings = defineSettings('jobs', {
  databaseUrl: text({
    env: 'FRAMESONG_DATABASE_URL',
    secret: true,
    pattern: /^postgres(ql)?:\/\/.+/,
    form: 'postgresql://user:password@host:port/database',
    description: 'PostgreSQL that holds the jobs. Unset: a PostgreSQL of its own is started in the data folder.',
  }),
  pollIntervalMs: durationMs({
    env: 'FRAMESONG_QUEUE_POLL_INTERVAL',
    default: '50ms',
    min: '10ms',
    max: '10s',
    description: 'How often a worker looks for jobs that may start.',
  }),
  beatIntervalMs: durationMs({
    env: 'FRAMESONG_WORKER_BEAT_INTERVAL',
    default: '5s',
    min: '100ms',
    max: '60s',
    description: 'How often a worker tells that it is alive.',
  }),
  deadAfterMs: durationMs({
    env: 'FRAMESONG_WORKER_DEAD_AFTER',
    default: '20s',
    min: '500ms',
    max: '10m',
    description: 'Silence after which the jobs of a worker are taken over. At least three beats.',
  }),
  maxCrashes: integer({
    env: 'FRAMESONG_JOB_MAX_CRASHES',
    default: 3,
    min: 0,
    max: 100,
    unit: 'crashes',
    description: 'A job that was running when its worker crashed is started again this many times, then given up.',
  }),
  abortGraceMs: durationMs({
    env: 'FRAMESONG_JOB_ABORT_GRACE',
    default: '10s',
    min: '0ms',
    max: '5m',
    description: 'How long work may take to stop when its job ended, until its place is given to the next.',
  }),
  maxWaiting: integer({
    env: 'FRAMESONG_QUEUE_MAX_WAITING',
    default: 10_000,
    min: 0,
    max: 1_000_000,
    unit: 'jobs',
    description: 'Jobs of all tenants that may wait in a queue; more are refused, with a delay.',
  }),
  spendingDayLimit: text({
    env: 'FRAMESONG_SPENDING_DAY_LIMIT',
    default: '',
    pattern: LIMIT_PATTERN,
    form: 'an amount and a currency, as in 10 USD or 10 USD, 70 CNY',
    description:
      'What one tenant may spend at providers in a day of UTC, by currency; what would go over it is not ordered. Each service counts its own. Empty: no limit.',
  }),
  spendingMonthLimit: text({
    env: 'FRAMESONG_SPENDING_MONTH_LIMIT',
    default: '',
    pattern: LIMIT_PATTERN,
    form: 'an amount and a currency, as in 100 USD or 100 USD, 700 CNY',
    description: 'The same for a calendar month of UTC.',
  }),
  spendingUnknownPrice: oneOf({
    env: 'FRAMESONG_SPENDING_UNKNOWN_PRICE',
    default: 'refuse_under_limit',
    values: ['refuse_under_limit', 'allow', 'refuse'],
    description:
      'Whether that is ordered whose price is unknown, or in a currency without a limit: not while there is a limit; always; or never without a price. A request with a `max_cost` is refused in any case.',
  }),
  retentionMs: durationMs({
    env: 'FRAMESONG_JOB_RETENTION',
    default: '30d',
    min: '1m',
    max: '3650d',
    description: 'How long finished jobs are kept.',
  }),
});
