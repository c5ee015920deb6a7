import type { Comparison } from './timeout-figures.ts';
import { recordedScenario, syntheticScenarios } from './traces.ts';

/** Durations of the embedded engines, in seconds, as they were measured on this machine. */
export interface Recorded {
  readonly composeSeconds: readonly number[];
  readonly renderSeconds: readonly number[];
}

/** Models from fast to slow, by the median of their steady latency in seconds. */
const IMAGE_MODELS = [2, 12, 30] as const;
const SONG_MODELS = [10, 60, 150] as const;

/** Pictures, for which 180 s are usual, and sections of songs, for which 900 s are. */
export function comparisons(recorded?: Recorded): Comparison[] {
  const models = (usual: readonly number[]) =>
    usual.flatMap((seconds) =>
      syntheticScenarios(seconds).map(({ name, trace }) => ({ name: `${name}_${seconds}s`, trace })),
    );
  return [
    {
      name: 'image',
      fixedSeconds: 180,
      floorSeconds: 20,
      ceilingSeconds: 360,
      scenarios: [
        ...models(IMAGE_MODELS),
        ...(recorded ? [recordedScenario('recorded_compose', recorded.composeSeconds)] : []),
      ],
    },
    {
      name: 'song',
      fixedSeconds: 900,
      floorSeconds: 30,
      ceilingSeconds: 1800,
      scenarios: [
        ...models(SONG_MODELS),
        ...(recorded ? [recordedScenario('recorded_render', recorded.renderSeconds)] : []),
      ],
    },
  ];
}
