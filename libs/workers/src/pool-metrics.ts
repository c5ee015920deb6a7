import { ATTR, METRICS, watchGauge } from '@framesong/telemetry';

/** Shows a pool's processes and queue as gauges until it is disposed. */
export function watchPool(
  pool: string,
  stats: () => { readonly size: number; readonly active: number; readonly pending: number },
): Disposable {
  const attributes = { [ATTR.poolName]: pool };
  const gauges = new DisposableStack();
  gauges.use(watchGauge(METRICS.poolSize, () => [{ value: stats().size, attributes }]));
  gauges.use(watchGauge(METRICS.poolActive, () => [{ value: stats().active, attributes }]));
  gauges.use(watchGauge(METRICS.poolPending, () => [{ value: stats().pending, attributes }]));
  return gauges;
}
