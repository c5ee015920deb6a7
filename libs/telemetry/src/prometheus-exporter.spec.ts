import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { runProgram } from './program.fixture.ts';
import { nameWithUnit } from './prometheus-exporter.ts';

async function listenAnywhere() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe('the Prometheus endpoint', () => {
  it('serves metrics with unit suffixes, also those that were used or watched before the start', async () => {
    const { server, port } = await listenAnywhere();
    await new Promise((resolve) => server.close(resolve));
    const { stdout, stderr } = await runProgram(
      `using gauge = watchGauge(METRICS.queueOldestAge, () => [{ value: 7, attributes: { 'framesong.queue.name': 'q' } }]);
       record(METRICS.downloadSize, 1);
       count(METRICS.cacheRequests);
       const running = await start();
       await stage('work', {}, async () => {});
       record(METRICS.downloadSize, 5000);
       record(METRICS.imageCompressionRatio, 0.3);
       count(METRICS.cacheRequests, 2, { 'framesong.cache.result': 'hit' });
       console.log(await (await fetch('http://127.0.0.1:${port}/metrics')).text());
       await running.shutdown();`,
      { FRAMESONG_METRICS_PORT: String(port), FRAMESONG_LOG_LEVEL: 'silent' },
    );
    expect(stderr).toBe('');
    const samples = stdout.split('\n');
    expect(samples).toContain('framesong_stage_duration_seconds_count{framesong_stage="work"} 1');
    expect(samples).toContain('framesong_download_size_bytes_sum 5000');
    expect(samples).toContain('framesong_download_size_bytes_bucket{le="16384"} 1');
    expect(samples).toContain('framesong_queue_oldest_age_seconds{framesong_queue_name="q"} 7');
    expect(samples).toContain('framesong_cache_requests_total{framesong_cache_result="hit"} 2');
    expect(samples).toContain('framesong_image_compressed_ratio_count 1');
    expect(samples.some((sample) => sample.startsWith('nodejs_eventloop_utilization_ratio '))).toBe(true);
    expect(samples.some((sample) => sample.startsWith('process_memory_usage '))).toBe(true);
  });

  it('is a configuration fault when its port is taken', async () => {
    const { server, port } = await listenAnywhere();
    const { lines } = await runProgram(
      `await start().catch(({ code, reason, violations }) => print({ code, reason, fields: violations.map((v) => v.field) }));`,
      { FRAMESONG_METRICS_PORT: String(port) },
    );
    server.close();
    expect(lines).toEqual([
      { code: 'INVALID_ARGUMENT', reason: 'CONFIGURATION_INVALID', fields: ['FRAMESONG_METRICS_PORT'] },
    ]);
  });
});

describe('nameWithUnit', () => {
  it.each([
    ['framesong.stage.duration', 's', false, 'framesong.stage.duration.seconds'],
    ['framesong.download.size', 'By', false, 'framesong.download.size.bytes'],
    ['nodejs.eventloop.utilization', '1', true, 'nodejs.eventloop.utilization.ratio'],
    ['framesong.cache.requests', '1', false, 'framesong.cache.requests'],
    ['framesong.queue.depth', '{job}', true, 'framesong.queue.depth'],
    ['already.seconds', 's', false, 'already.seconds'],
  ])('%s in %s (gauge: %s) becomes %s', (name, unit, isGauge, expected) => {
    expect(nameWithUnit(name, unit, isGauge)).toBe(expected);
  });
});
