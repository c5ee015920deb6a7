import { defineSettings, durationMs, flag } from '@framesong/config';

/** How a service ends. */
export const lifecycleSettings = defineSettings('lifecycle', {
  graceMs: durationMs({
    env: 'FRAMESONG_SHUTDOWN_GRACE',
    default: '30s',
    min: '1s',
    max: '20m',
    description: 'Time that running work has to end after SIGTERM or SIGINT.',
  }),
  exitWithParent: flag({
    env: 'FRAMESONG_EXIT_WITH_PARENT',
    default: false,
    description: 'Stop in order when the process that started this one is gone.',
  }),
});
