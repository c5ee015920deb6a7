import {
  metrics,
  type Attributes,
  type Counter,
  type Histogram,
  type MeterProvider,
  type ObservableResult,
} from '@opentelemetry/api';

import type { Metric } from './registry.ts';

/** One reading of a gauge. */
export interface Reading {
  readonly value: number;
  readonly attributes?: Attributes;
}

type Read = () => readonly Reading[] | Promise<readonly Reading[]>;

interface Instruments {
  readonly histograms: Map<string, Histogram>;
  readonly counters: Map<string, Counter>;
}

// A meter that is got before the SDK starts measures nothing for ever, so instruments belong to the provider of the
// moment and are made again when it changes.
const instrumentsOf = new WeakMap<MeterProvider, Instruments>();
const watched = new Set<{ readonly metric: Metric<'gauge'>; readonly read: Read; detach: () => void }>();

/** Adds one value to a histogram. Costs next to nothing while telemetry is not started. */
export function record(metric: Metric<'histogram'>, value: number, attributes: Attributes = {}): void {
  const { histograms } = instruments();
  let instrument = histograms.get(metric.name);
  if (!instrument) {
    instrument = meter().createHistogram(metric.name, {
      unit: metric.unit,
      description: metric.meaning,
      advice: { explicitBucketBoundaries: [...(metric.boundaries ?? [])] },
    });
    histograms.set(metric.name, instrument);
  }
  instrument.record(value, attributes);
}

/** Adds to a counter. */
export function count(metric: Metric<'counter'>, value = 1, attributes: Attributes = {}): void {
  const { counters } = instruments();
  let instrument = counters.get(metric.name);
  if (!instrument) {
    instrument = meter().createCounter(metric.name, { unit: metric.unit, description: metric.meaning });
    counters.set(metric.name, instrument);
  }
  instrument.add(value, attributes);
}

/**
 * Reads a gauge whenever metrics are collected, also when telemetry starts only later. Dispose the returned object to
 * stop. A `read` that fails leaves the gauge without value.
 */
export function watchGauge(metric: Metric<'gauge'>, read: Read): Disposable {
  const gauge = { metric, read, detach: () => undefined };
  watched.add(gauge);
  attach(gauge);
  return {
    [Symbol.dispose]: () => {
      gauge.detach();
      watched.delete(gauge);
    },
  };
}

/** Connects the gauges to a provider that has just been registered. */
export function reattachGauges(): void {
  for (const gauge of watched) attach(gauge);
}

function attach(gauge: { readonly metric: Metric<'gauge'>; readonly read: Read; detach: () => void }): void {
  gauge.detach();
  const { name, unit, meaning } = gauge.metric;
  const instrument = meter().createObservableGauge(name, { unit, description: meaning });
  const callback = async (result: ObservableResult) => {
    for (const { value, attributes } of await gauge.read()) result.observe(value, attributes);
  };
  instrument.addCallback(callback);
  gauge.detach = () => instrument.removeCallback(callback);
}

function instruments(): Instruments {
  const provider = metrics.getMeterProvider();
  let made = instrumentsOf.get(provider);
  if (!made) {
    made = { histograms: new Map(), counters: new Map() };
    instrumentsOf.set(provider, made);
  }
  return made;
}

function meter() {
  return metrics.getMeter('framesong');
}
