import { address, defineSettings, durationMs, integer, oneOf, text } from '@framesong/config';

/** Settings of the music service. */
export const musicSettings = defineSettings('music', {
  address: address({
    env: 'FRAMESONG_MUSIC_ADDRESS',
    default: '127.0.0.1:50053',
    description: 'Where the music service listens. Port 0 takes a free one.',
  }),
  executorId: text({
    env: 'FRAMESONG_MUSIC_EXECUTOR_ID',
    pattern: /^[A-Za-z0-9._-]{1,64}$/,
    form: '1 to 64 letters, digits and ._-',
    description:
      'Name of this process among those that work on the same jobs: unique, and the same after a restart. Unset: the host name.',
  }),
  role: oneOf({
    env: 'FRAMESONG_MUSIC_ROLE',
    default: 'all',
    values: ['all', 'api', 'worker'],
    description:
      'What this process does: `api` accepts, tells and cancels; `worker` runs jobs and answers only for its health; `all` is both. Also `--role` on the command line.',
  }),
  workers: integer({
    env: 'FRAMESONG_MUSIC_WORKERS',
    default: 1,
    min: 1,
    max: 1000,
    unit: 'jobs',
    description: 'Songs that are worked on at once, over all processes. Can be changed while running.',
  }),
  workersPerProcess: integer({
    env: 'FRAMESONG_MUSIC_WORKERS_PER_PROCESS',
    default: 0,
    min: 0,
    max: 1000,
    unit: 'jobs',
    description: 'Songs that are worked on at once in one process. 0: as many as over all processes.',
  }),
  timeoutMs: durationMs({
    env: 'FRAMESONG_MUSIC_TIMEOUT',
    default: '900s',
    min: '1s',
    max: '1h',
    description:
      'How long rendering one section may take at most. Once there is history of its length, it is what usually suffices.',
  }),
  timeoutFloorMs: durationMs({
    env: 'FRAMESONG_MUSIC_TIMEOUT_FLOOR',
    default: '30s',
    min: '1s',
    max: '1h',
    description:
      'How long rendering one section may take at least, however fast it usually is. Not more than the longest.',
  }),
  silenceMs: durationMs({
    env: 'FRAMESONG_MUSIC_SILENCE',
    default: '900s',
    min: '1s',
    max: '1h',
    description:
      'How long an engine may say nothing at most while it makes a section, before that is stopped and begun once more. Once there is history, it is what usually suffices, for each thing that is waited for: the first progress, the next one, the sound, the rest of the sound.',
  }),
  silenceFloorMs: durationMs({
    env: 'FRAMESONG_MUSIC_SILENCE_FLOOR',
    default: '30s',
    min: '10ms',
    max: '1h',
    description: 'How long an engine may say nothing at least, however soon it is usually heard.',
  }),
  silenceAtFirstMs: durationMs({
    env: 'FRAMESONG_MUSIC_SILENCE_AT_FIRST',
    default: '300s',
    min: '10ms',
    max: '1h',
    description:
      'How long an engine that measures its progress may say nothing while there is no history. Long enough to load a model, and shorter than a run.',
  }),
  engines: text({
    env: 'FRAMESONG_MUSIC_ENGINES',
    pattern: /[a-z][a-z0-9-]*=[^\s,=]+:\d{1,5}(?:,[a-z][a-z0-9-]*=[^\s,=]+:\d{1,5})*/,
    form: 'name=host:port, several parted by commas',
    description:
      'Music engines that serve framesong.engine.v1.MusicEngine, besides the embedded one: `songgeneration=127.0.0.1:50061`, parted by commas.',
  }),
  reattachGraceMs: durationMs({
    env: 'FRAMESONG_MUSIC_REATTACH_GRACE',
    default: '60s',
    min: '0s',
    max: '10m',
    description:
      'How long an engine goes on with a section when this process is gone, so that the next one joins the work instead of beginning it again.',
  }),
  gpu: integer({
    env: 'FRAMESONG_MUSIC_GPU',
    default: 0,
    min: 0,
    max: 63,
    description: 'Which GPU of this machine the engines on it render on, as nvidia-smi counts.',
  }),
  memoryNeeds: text({
    env: 'FRAMESONG_MUSIC_MEMORY_NEEDS',
    pattern: /[a-z][a-z0-9-]*=\d{1,7}\+\d{1,5}(?:,[a-z][a-z0-9-]*=\d{1,7}\+\d{1,5})*/,
    form: 'name=MiB+MiB, several parted by commas',
    description:
      'What a render takes of the memory of engines that do not say so themselves: at least, and for each second of sound. `ace-step=2048+30`, parted by commas. A render begins only where so much is free.',
  }),
  runTimeoutMs: durationMs({
    env: 'FRAMESONG_MUSIC_RUN_TIMEOUT',
    default: '900s',
    min: '1s',
    max: '1h',
    description: 'Running time of a song job over all attempts, when the request names none.',
  }),
});
