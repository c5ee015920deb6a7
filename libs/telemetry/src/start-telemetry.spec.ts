import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type AddressInfo } from 'node:net';

import { startCollector } from './otlp-collector.fixture.ts';
import { runProgram, startProgram } from './program.fixture.ts';

const JSON_TO = (endpoint: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
});

/** Counts the sockets that the program opens to others. */
const COUNT_CONNECTIONS = `
  import diagnostics from 'node:diagnostics_channel';
  let connections = 0;
  diagnostics.subscribe('net.client.socket', () => connections++);
`;

describe('startTelemetry with an endpoint', () => {
  it('exports stage spans with their parent, the histogram and the log lines', async () => {
    await using collector = await startCollector();
    const { code, stderr } = await runProgram(
      `const running = await start();
       await stage('outer', { 'framesong.queue.name': 'frames' }, () =>
         stage('inner', {}, async () => { throw new Error('no'); }).catch(() => {}));
       await running.shutdown();`,
      JSON_TO(collector.endpoint),
    );
    expect([code, stderr]).toEqual([0, '']);
    const [outer, inner] = ['outer', 'inner'].map((name) => collector.spans.find((span) => span.name === name)!);
    expect(outer!.parentSpanId ?? '').toBe('');
    expect(inner!.parentSpanId).toBe(outer!.spanId);
    expect(inner!.traceId).toBe(outer!.traceId);
    expect(outer!.attributes).toEqual([{ key: 'framesong.queue.name', value: { stringValue: 'frames' } }]);
    expect(inner!.attributes).toEqual([{ key: 'error.type', value: { stringValue: 'INTERNAL' } }]);
    expect(inner!.status.code).toBe(2);
    expect(collector.metrics.get('framesong.stage.duration')).toBe('s');
    const line = collector.logs.find((record) => record.body?.stringValue === 'outer')!;
    expect([line.traceId, line.spanId]).toEqual([outer!.traceId, outer!.spanId]);
  });

  it('traces HTTP calls inside stages, without the query of their URL', async () => {
    await using collector = await startCollector();
    await runProgram(
      `const running = await start();
       const url = '${collector.endpoint}/v1/other?key=sesame#part';
       await stage('download image', {}, () => fetch(url).then((answer) => answer.text()));
       await running.shutdown();`,
      JSON_TO(collector.endpoint),
    );
    const [stage, call] = ['download image', 'GET'].map((name) => collector.spans.find((span) => span.name === name)!);
    expect(call!.parentSpanId).toBe(stage!.spanId);
    expect(call!.attributes).toContainEqual({
      key: 'url.full',
      value: { stringValue: `${collector.endpoint}/v1/other` },
    });
    expect(JSON.stringify([collector.spans, collector.logs])).not.toContain('sesame');
  });

  it('tells that a span has begun while it still runs, and events with it', async () => {
    await using collector = await startCollector();
    const { child, result } = startProgram(
      `import { once } from 'node:events';
       const running = await start();
       await stage('long work', {}, async () => {
         telemetry.emitEvent(telemetry.EVENTS.jobProgress, { 'framesong.job.progress': 0.5 });
         await once(process.stdin, 'data');
       });
       await running.shutdown();`,
      JSON_TO(collector.endpoint),
    );
    const begun = await collector.event('framesong.span.start');
    const progress = await collector.event('framesong.job.progress');
    expect(collector.spans).toEqual([]);
    child.stdin.end('go on');
    await result;
    expect(collector.spans.map((span) => span.spanId)).toEqual([begun.spanId]);
    expect(progress.spanId).toBe(begun.spanId);
  });

  it('sends no span events when they are switched off', async () => {
    await using collector = await startCollector();
    await runProgram(`const running = await start(); await stage('a', {}, async () => {}); await running.shutdown();`, {
      ...JSON_TO(collector.endpoint),
      FRAMESONG_SPAN_START_EVENTS: 'false',
    });
    expect(collector.spans).toHaveLength(1);
    expect(collector.logs.filter((record) => record.eventName)).toEqual([]);
    expect(collector.logs).not.toEqual([]);
  });

  it('speaks protobuf over HTTP by default, for all three signals', async () => {
    await using collector = await startCollector();
    await runProgram(`const running = await start(); await stage('a', {}, async () => {}); await running.shutdown();`, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    });
    expect(new Set(collector.requests)).toEqual(
      new Set(['traces', 'metrics', 'logs'].map((signal) => `/v1/${signal} application/x-protobuf`)),
    );
  });

  it('speaks gRPC when asked, for all three signals', async () => {
    const paths = new Set<string>();
    const server = createHttp2Server().on('stream', (stream, headers) => {
      paths.add(String(headers[':path']));
      stream.resume().on('end', () => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end(Buffer.alloc(5)); // an empty message: no compression, length 0
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    await runProgram(`const running = await start(); await stage('a', {}, async () => {}); await running.shutdown();`, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    });
    server.close();
    expect([...paths].map((path) => path.split('.')[3]).sort()).toEqual(['logs', 'metrics', 'trace']);
  });

  it('goes on and stops in time when the collector never answers', async () => {
    await using collector = await startCollector({ answers: false });
    const { code, lines } = await runProgram(
      `const running = await start();
       print({ value: await stage('work', {}, async () => 42) });
       await running.shutdown();
       print({ after: await stage('late work', {}, async () => 43) });`,
      JSON_TO(collector.endpoint),
    );
    expect(code).toBe(0);
    expect(lines).toContainEqual({ value: 42 });
    expect(lines).toContainEqual({ after: 43 });
    expect(lines.map((line) => line['msg'])).toContain('telemetry was not fully exported');
  });

  it('goes on when nobody listens at the endpoint', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise((resolve) => server.close(resolve));
    const { code, lines } = await runProgram(
      `const running = await start(); print({ value: await stage('work', {}, async () => 42) }); await running.shutdown();`,
      JSON_TO(endpoint),
    );
    expect([code, lines.find((line) => 'value' in line)]).toEqual([0, { value: 42 }]);
    // And is not waited for as a slow collector is.
    expect(lines.at(-1)).toMatchObject({
      msg: 'telemetry was not fully exported',
      problem: expect.stringContaining('the collector cannot be reached: connect ECONNREFUSED') as unknown,
    });
  });
});

describe('startTelemetry without an endpoint', () => {
  it('connects to nothing, and still gives every line its trace id', async () => {
    const { lines } = await runProgram(
      `${COUNT_CONNECTIONS}
       const running = await start(); await stage('work', {}, async () => {}); await running.shutdown();
       print({ connections });`,
    );
    expect(lines.at(-1)).toEqual({ connections: 0 });
    expect(lines[0]).toMatchObject({
      msg: 'work',
      service: 'tester',
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
    });
  });

  it('would be seen connecting', async () => {
    await using collector = await startCollector();
    const { lines } = await runProgram(
      `${COUNT_CONNECTIONS}
       const running = await start(); await stage('work', {}, async () => {}); await running.shutdown();
       print({ connected: connections > 0 });`,
      JSON_TO(collector.endpoint),
    );
    expect(lines.at(-1)).toEqual({ connected: true });
  });

  it('counts as many ended spans as started ones, also after failures', async () => {
    const { lines } = await runProgram(
      `const running = await start();
       const failing = () => stage('inner', {}, async () => { throw new Error('no'); });
       await stage('outer', {}, async () => { print(spanCounts()); await Promise.allSettled([failing(), failing()]); });
       print(spanCounts());`,
      { FRAMESONG_LOG_LEVEL: 'silent' },
    );
    expect(lines).toEqual([
      { started: 1, ended: 0 },
      { started: 3, ended: 3 },
    ]);
  });

  it('says when it stops how many spans have begun and ended', async () => {
    const { lines } = await runProgram(
      `const running = await start();
       void stage('never ends', {}, () => new Promise(() => {}));
       await stage('ends', {}, async () => {});
       await running.shutdown();`,
    );
    expect(lines.at(-1)).toMatchObject({
      msg: 'telemetry stops: spans that began and ended',
      started: 2,
      ended: 1,
    });
  });

  it('can be stopped and started again', async () => {
    const { lines } = await runProgram(
      `await (await start()).shutdown();
       await using running = await start();
       await stage('again', {}, async () => {});
       print(spanCounts());`,
    );
    expect(lines[1]).toMatchObject({ msg: 'again', trace_id: expect.any(String) as unknown });
    expect(lines[2]).toEqual({ started: 1, ended: 1 });
  });
});
