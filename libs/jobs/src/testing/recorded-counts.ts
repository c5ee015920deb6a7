import { metrics, type Attributes } from '@opentelemetry/api';

/** What was added to a counter. */
export interface RecordedCount {
  readonly name: string;
  readonly value: number;
  readonly attributes: Attributes;
}

/** Puts a recorder in the place of the meters of the telemetry SDK; returns the list that it fills with what is counted. */
export function recordCounts(): RecordedCount[] {
  const counts: RecordedCount[] = [];
  const nothing = { record: () => undefined, addCallback: () => undefined, removeCallback: () => undefined };
  const meter = {
    createCounter: (name: string) => ({
      add: (value: number, attributes: Attributes = {}) => void counts.push({ name, value, attributes }),
    }),
    createHistogram: () => nothing,
    createObservableGauge: () => nothing,
  };
  metrics.setGlobalMeterProvider({ getMeter: () => meter as never });
  return counts;
}
