import { byUrl, character, frameRequest, inline } from '../testing/frame-requests.ts';
import { songRequest } from '../testing/songs.ts';
import type { Source } from './load.ts';
import type { Observer } from './observer.ts';
import { PAID_KINDS } from './paid-job.ts';
import type { System } from './system.ts';

const LIMIT_MS = 5000;

/** The mixed jobs: first frames with a reference and a character, short songs, and paid work at two providers. */
export function jobSources(system: System, observers: readonly Observer[]): Source[] {
  const { framesong, paid, pictureUrl, figure } = system;
  const options = { timeoutMs: LIMIT_MS };
  const openOf = (service: string) => () => observers.find((observer) => observer.service === service)!.open();
  const { imageGeneration, music } = framesong;
  return [
    {
      name: 'frame',
      underWay: 5,
      open: openOf('frame'),
      async submit(requestId) {
        const request = frameRequest({
          requestId,
          scene: byUrl(pictureUrl),
          characters: [character('mei', inline(figure))],
        });
        const { job } = await imageGeneration.rpc.submitFirstFrame({ request }, options);
        return job!.id;
      },
      cancel: (jobId) => imageGeneration.jobs.cancelJob({ jobId, reason: '' }, options),
    },
    {
      name: 'song',
      underWay: 3,
      open: openOf('song'),
      async submit(requestId) {
        const { job } = await music.rpc.submitSong({ request: songRequest({ requestId }) }, options);
        return job!.id;
      },
      cancel: (jobId) => music.jobs.cancelJob({ jobId, reason: '' }, options),
    },
    {
      name: 'paid',
      underWay: 6,
      open: openOf('paid'),
      async submit(requestId) {
        const kinds = Object.values(PAID_KINDS);
        const kind = kinds[Number(requestId.split('-').at(-1)) % kinds.length]!;
        return (await paid.submit({ kind, tenant: 'anna', input: null, requestId })).job.id;
      },
      cancel: (jobId) => paid.cancel('anna', jobId),
    },
  ];
}
