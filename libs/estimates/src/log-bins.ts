/**
 * Durations counted in bins whose limits grow by a constant factor, so that every quantile is right within 2 % whatever its
 * size. Source: DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
 * guarantees", VLDB 2019).
 */
export type LogBins = readonly (readonly [bin: number, weight: number])[];

const RELATIVE_ERROR = 0.02;
const LOG_OF_GROWTH = Math.log((1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR));
/** What weighs less is forgotten, so that the number of bins stays small. */
const MIN_WEIGHT = 1e-3;

/** The bin of a duration; everything up to 1 ms is in bin 0. */
export function binOf(durationMs: number): number {
  return Math.max(0, Math.ceil(Math.log(Math.max(1, durationMs)) / LOG_OF_GROWTH));
}

/** The duration that stands for a bin: at most 2 % from each that is in it. */
export function durationMsOf(bin: number): number {
  return bin === 0 ? 1 : (2 * Math.exp(bin * LOG_OF_GROWTH)) / (Math.exp(LOG_OF_GROWTH) + 1);
}

/** All weights times `factor`. */
export function fade(bins: LogBins, factor: number): LogBins {
  return bins.map(([bin, weight]) => [bin, weight * factor] as const).filter(([, weight]) => weight >= MIN_WEIGHT);
}

/** One more duration; the bins stay in order. */
export function addTo(bins: LogBins, durationMs: number): LogBins {
  const bin = binOf(durationMs);
  const there = bins.find(([other]) => other === bin);
  const others = bins.filter(([other]) => other !== bin);
  return [...others, [bin, (there?.[1] ?? 0) + 1] as const].sort(([left], [right]) => left - right);
}
