import type { FirstFrame } from '@framesong/contracts/image/v1/first_frame';
import { msOfDuration } from '@framesong/rpc';
import type { Figure } from '../bench.ts';
import { failures, measured, ratio } from '../measure/figures.ts';
import { interleave } from '../measure/interleave.ts';
import { percentile } from '../jobs/percentile.ts';
import type { Tally } from '../measure/tally.ts';
import { makeFrame, type FrameWish } from './frame-calls.ts';
import type { ProviderStack } from './provider-stack.ts';

/** An order as the provider saw it. */
interface SeenOrder {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

const BARE = 'the same order and download by the fetch of Node (undici), to the same emulator';

/** What the service adds to a provider that takes half a second, with its references stored and small. */
export async function overheadFigures(
  { stack, providers, urls }: ProviderStack,
  wish: FrameWish,
  limits: { readonly pairs: number; readonly budgetMs: number },
  frames: Tally,
): Promise<Figure[]> {
  const stages = new Map<string, number[]>();
  const byService = () =>
    frames.attempt('a frame', () =>
      timed(async () => {
        const made = await makeFrame(stack.framesong, wish);
        for (const { name, durationMs } of topStages(made)) stages.set(name, [...(stages.get(name) ?? []), durationMs]);
      }),
    );
  for (let run = 0; run < 2; run++) await byService();
  const asked = { kind: 'last order', provider: wish.provider } as { kind: string };
  const order = await providers.ask<SeenOrder>(asked, 'order');
  const bare = () => timed(() => orderBare(urls[wish.provider]!, order));
  await bare();
  stages.clear();
  const { ours, theirs } = await interleave(limits, byService, bare);
  const added = ours.map((tookMs, index) => tookMs - theirs[index]!);
  const value = (figure: string, values: readonly number[], share: number): Figure => ({
    figure,
    value: percentile(values, share),
    unit: 'ms',
    against: '',
  });
  return [
    measured('provider_call_ms', 'ms', theirs, BARE),
    measured('service_call_ms', 'ms', ours),
    value('service_overhead_ms_p50', added, 0.5),
    value('service_overhead_ms_p95', added, 0.95),
    ratio('wall_service_vs_bare_call', ours, theirs, BARE),
    ...[...stages].map(([name, tookMs]) => measured(`stage_${name.replaceAll(/[^a-z]+/g, '_')}_ms`, 'ms', tookMs)),
    ...failures('overhead_frames', frames),
  ];
}

/** What the frame tells of its own time, without the parts of parts. The model's name is no part of a figure's. */
function topStages({ stages }: FirstFrame): { readonly name: string; readonly durationMs: number }[] {
  return stages
    .filter(({ depth }) => depth === 0)
    .map(({ name, duration }) => ({ name: name.split(' ').slice(0, 2).join(' '), durationMs: msOfDuration(duration)! }))
    .map(({ name, durationMs }) => ({ name: name.startsWith('generate_content') ? 'provider' : name, durationMs }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** The provider's part alone: the paid call with the same bytes, and the picture behind the URL that it answers with. */
async function orderBare(origin: string, { method, path, headers, bytes }: SeenOrder): Promise<void> {
  const { authorization = '', 'content-type': contentType = 'application/json' } = headers;
  const answer = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization, 'content-type': contentType },
    body: Buffer.from(bytes),
  });
  const [, url] = /"(http[^"]+)"/.exec(await answer.text()) ?? [];
  if (url === undefined) throw new Error(`the bare call was answered with ${answer.status} and no picture`);
  const picture = await (await fetch(url)).arrayBuffer();
  if (picture.byteLength === 0) throw new Error('the picture of the bare call is empty');
}
