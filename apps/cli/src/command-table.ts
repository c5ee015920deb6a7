import type { CommandEntry } from './cli-command.ts';
import type { JobOptionName } from './options/global-options.ts';

/** Groups of commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  image: 'make first frames, compress and inspect pictures',
  music: 'make songs, check lyrics',
  jobs: 'follow and steer the jobs of both services',
  artifacts: 'fetch and store files',
};

const MAKING: readonly JobOptionName[] = ['watch', 'detach', 'cancelOnInterrupt', 'requestId', 'labels'];

const BATCH: readonly JobOptionName[] = ['detach', 'requestId', 'labels'];

/** Every command, in the order of `--help`. The code of a command is loaded only when it is asked for. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    path: 'image first-frame',
    summary: 'make the first frame of a shot from a scene and characters',
    jobOptions: MAKING,
    load: async () => (await import('./commands/image-first-frame.ts')).imageFirstFrame,
  },
  {
    path: 'image confirm',
    summary: 'make a frame in full from one of its previews',
    jobOptions: MAKING,
    load: async () => (await import('./commands/image-confirm.ts')).imageConfirm,
  },
  {
    path: 'image batch',
    summary: 'make many first frames, each a job of its own',
    jobOptions: BATCH,
    load: async () => (await import('./commands/image-batch.ts')).imageBatch,
  },
  {
    path: 'image compress',
    summary: 'bring pictures under a size, several at a time',
    jobOptions: [],
    load: async () => (await import('./commands/image-compress.ts')).imageCompress,
  },
  {
    path: 'image inspect',
    summary: 'tell format, size and orientation of a picture',
    jobOptions: [],
    load: async () => (await import('./commands/image-inspect.ts')).imageInspect,
  },
  {
    path: 'music song',
    summary: 'make a song from lyrics and a style',
    jobOptions: MAKING,
    load: async () => (await import('./commands/music-song.ts')).musicSong,
  },
  {
    path: 'music batch',
    summary: 'make many songs, each a job of its own',
    jobOptions: BATCH,
    load: async () => (await import('./commands/music-batch.ts')).musicBatch,
  },
  {
    path: 'music validate',
    summary: 'check lyrics and tell how they are understood',
    jobOptions: [],
    load: async () => (await import('./commands/music-validate.ts')).musicValidate,
  },
  {
    path: 'jobs list',
    summary: 'list jobs, newest first',
    jobOptions: ['labels'],
    load: async () => (await import('./commands/jobs-list.ts')).jobsList,
  },
  {
    path: 'jobs get',
    summary: 'show a job as it stands',
    jobOptions: [],
    load: async () => (await import('./commands/jobs-get.ts')).jobsGet,
  },
  {
    path: 'jobs watch',
    summary: 'follow a job until it ends',
    jobOptions: ['watch', 'cancelOnInterrupt'],
    load: async () => (await import('./commands/jobs-watch.ts')).jobsWatch,
  },
  {
    path: 'jobs wait',
    summary: 'wait for the end of a job, without progress',
    jobOptions: ['cancelOnInterrupt'],
    load: async () => (await import('./commands/jobs-wait.ts')).jobsWait,
  },
  {
    path: 'jobs cancel',
    summary: 'cancel a job',
    jobOptions: [],
    load: async () => (await import('./commands/jobs-cancel.ts')).jobsCancel,
  },
  {
    path: 'jobs retry',
    summary: 'start a job that ended without result once more, from the step that failed',
    jobOptions: [],
    load: async () => (await import('./commands/jobs-retry.ts')).jobsRetry,
  },
  {
    path: 'jobs delete',
    summary: 'remove a job that has ended',
    jobOptions: [],
    load: async () => (await import('./commands/jobs-delete.ts')).jobsDelete,
  },
  {
    path: 'jobs batch',
    summary: 'show a batch and its items',
    jobOptions: [],
    load: async () => (await import('./commands/jobs-batch.ts')).jobsBatch,
  },
  {
    path: 'jobs queue',
    summary: 'show how the queues stand, or change their limits',
    jobOptions: [],
    load: async () => (await import('./commands/jobs-queue.ts')).jobsQueue,
  },
  {
    path: 'jobs spending',
    summary: 'tell what was spent at providers, what is at risk, and how the limits stand',
    jobOptions: [],
    load: async () => (await import('./commands/jobs-spending.ts')).jobsSpending,
  },
  {
    path: 'artifacts get',
    summary: 'write an artifact to a file',
    jobOptions: [],
    load: async () => (await import('./commands/artifacts-get.ts')).artifactsGet,
  },
  {
    path: 'artifacts put',
    summary: 'store a file',
    jobOptions: [],
    load: async () => (await import('./commands/artifacts-put.ts')).artifactsPut,
  },
  {
    path: 'artifacts stat',
    summary: 'tell size and type of an artifact',
    jobOptions: [],
    load: async () => (await import('./commands/artifacts-stat.ts')).artifactsStat,
  },
  {
    path: 'health',
    summary: 'ask every service whether it serves',
    jobOptions: [],
    load: async () => (await import('./commands/health.ts')).health,
  },
  {
    path: 'doctor',
    summary: 'look for what is wrong, and say what to do',
    jobOptions: [],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
];
