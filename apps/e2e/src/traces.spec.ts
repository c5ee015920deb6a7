import { JobState } from '@framesong/contracts/job/v1/job';
import { ATTR, ATTRIBUTES, EVENTS, METRICS, SPANS, STAGES } from '@framesong/telemetry';
import type { CollectedSpan } from './testing/otlp-collector.ts';
import { childrenOf, edgesOf, labelOf, outlineOf } from './testing/span-tree.ts';
import {
  BUDGET_BYTES,
  COMPRESS,
  makeTracedFirstFrames,
  SECRETS,
  type TracedCall,
  type TracedFirstFrames,
} from './testing/traced-first-frames.ts';

const GENERATE = 'framesong.image.v1.ImageGenerationService/GenerateFirstFrame';
const WAIT_POOL = STAGES.waitPool.name;
const PROCESSES = ['caller', 'image-generation', 'compression'];

const WORK = [
  'image-generation CONSUMER process first-frame.v1',
  '  image-generation fetch references',
  '    image-generation CLIENT GET',
  '    image-generation store artifact',
  '  image-generation generate_content compositor',
  '    image-generation compose',
  '    image-generation store artifact',
  '  image-generation prepare references',
  '    image-generation CLIENT CompressImageSet',
  '      compression SERVER CompressImageSet',
  '        compression compress image',
  '    image-generation prepare reference',
  '      image-generation store artifact',
  '  image-generation queue wait',
];

describe('the traces of first frames', () => {
  let made: TracedFirstFrames;
  let attached: TracedCall;

  beforeAll(async () => {
    made = await makeTracedFirstFrames();
    attached = made.attached;
  }, 60_000);

  it('show an attached call as one trace, from the caller through both services', () => {
    expect(attached.outcome.code).toBe('OK');
    expect(withoutWaits(attached.trace)).toEqual([
      'caller CLIENT GenerateFirstFrame',
      '  image-generation SERVER GenerateFirstFrame',
      '    image-generation PRODUCER send images',
      ...WORK.map((line) => `      ${line}`),
      '    image-generation store artifact',
    ]);
    const traceId = attached.trace[0]!.traceId;
    expect(attached.outcome.traceId).toBe(traceId);
    expect(attached.job).toMatchObject({ traceId, submitTraceId: traceId });
  });

  it('show each reference, and each picture as work of its own, apart from any wait for a worker', () => {
    const children = childrenOf(attached.trace, one(attached.trace, STAGES.prepareReferences.name));
    const stages = children.filter(({ name }) => name === STAGES.prepareReference.name);
    expect(stages.map(({ attributes }) => attributes[ATTR.referenceRole]).sort()).toEqual(['character', 'character', 'scene']); // prettier-ignore
    const inServer = childrenOf(attached.trace, one(attached.trace, COMPRESS, 'SERVER'));
    const works = inServer.filter(({ name }) => name === STAGES.compressImage.name);
    const waits = inServer.filter(({ name }) => name === WAIT_POOL);
    expect([works.length, works.length + waits.length]).toEqual([3, inServer.length]);
    // One worker process takes one picture of the set after the other; who waits for it shows apart from the work.
    for (const { endMs } of waits) expect(works.some(({ startMs }) => Math.abs(startMs - endMs) <= 5)).toBe(true);
    const inOrder = works.toSorted((a, b) => a.startMs - b.startMs);
    inOrder.slice(1).forEach(({ startMs }, index) => expect(startMs).toBeGreaterThanOrEqual(inOrder[index]!.endMs - 1));
  });

  it('tell the stages of the work in their order, beginning with the wait from the submit on', () => {
    const work = one(attached.trace, 'process first-frame.v1');
    const stages = childrenOf(attached.trace, work).toSorted((a, b) => a.startMs - b.startMs);
    expect(stages.map(({ name }) => name)).toEqual([
      STAGES.queueWait.name,
      STAGES.fetchReferences.name,
      STAGES.prepareReferences.name,
      'generate_content compositor',
    ]);
    expect(Math.abs(stages[0]!.startMs - attached.job.createTime!.getTime())).toBeLessThanOrEqual(1);
  });

  it('hold what a search and a look at the numbers need', () => {
    const { trace, job } = attached;
    const rpc = { 'rpc.system.name': 'grpc', 'rpc.method': GENERATE, 'rpc.status_code': 'OK' };
    const of = (name: string, kind = 'INTERNAL') => one(trace, name, kind).attributes;
    expect(of(GENERATE, 'CLIENT')).toMatchObject({ ...rpc, 'server.address': '127.0.0.1' });
    const server = of(GENERATE, 'SERVER');
    const request = { 'framesong.job.id': job.id, 'framesong.request.id': 'attached', 'framesong.tenant': 'default' };
    expect(server).toMatchObject({ ...rpc, ...request });
    expect(server['framesong.rpc.deadline']).toBeGreaterThan(0);
    expect(server['framesong.rpc.deadline']).toBeLessThanOrEqual(60);
    expect(of('send images', 'PRODUCER')).toMatchObject({ 'framesong.job.id': job.id });
    expect(of('process first-frame.v1', 'CONSUMER')).toMatchObject({
      ...request,
      'framesong.job.kind': 'first-frame.v1',
      'framesong.job.attempt': 1,
      'framesong.job.state': 'SUCCEEDED',
      'framesong.queue.name': 'images',
    });
    expect(of(STAGES.queueWait.name)).toEqual({ 'framesong.queue.name': 'images', 'framesong.queue.concurrency': 4 });
    expect(of('generate_content compositor')).toEqual({
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'embedded',
      'gen_ai.request.model': 'compositor',
      'gen_ai.output.type': 'image',
      'framesong.provider.timeout': 180,
      'framesong.timeout.basis': 'cold_start',
      'framesong.timeout.samples': 0,
    });
    const compressed = trace.filter(({ name }) => name === STAGES.compressImage.name).map((span) => span.attributes);
    const scene = compressed.find((attributes) => attributes['framesong.image.format'] === 'jpeg')!;
    expect(scene).toMatchObject({
      'framesong.image.source.format': 'png',
      'framesong.image.source.width': 300,
      'framesong.image.source.height': 300,
      'framesong.image.width': expect.any(Number) as unknown,
      'framesong.image.height': expect.any(Number) as unknown,
      'framesong.image.quality': expect.any(Number) as unknown,
      'framesong.image.attempts': expect.any(Number) as unknown,
    });
    expect(scene['framesong.image.source.size']).toBeGreaterThan(BUDGET_BYTES);
    expect(scene['framesong.image.size']).toBeLessThanOrEqual(BUDGET_BYTES);
    const sizes = compressed.map((attributes) => Number(attributes['framesong.image.source.size']));
    expect(of(STAGES.fetchReferences.name)).toEqual({
      'framesong.reference.count': 3,
      'framesong.reference.size': sizes.reduce((sum, size) => sum + size),
      'framesong.cache.hits': 0,
    });
    expect(trace.filter(({ failed, attributes }) => failed || attributes['error.type'] !== undefined)).toEqual([]);
  });

  it('keep a submission short, and link the work, which has a trace of its own, to it', () => {
    const { outcome, trace } = made.submitted;
    expect(withoutWaits(trace)).toEqual([
      'caller CLIENT SubmitFirstFrame',
      '  image-generation SERVER SubmitFirstFrame',
      '    image-generation PRODUCER send images',
      '    image-generation store artifact',
    ]);
    const sent = one(trace, 'send images', 'PRODUCER');
    const job = outcome.job!;
    expect(job).toMatchObject({ state: JobState.SUCCEEDED, submitTraceId: sent.traceId });
    const work = made.collector.spans.filter(({ traceId }) => traceId === job.traceId);
    expect(withoutWaits(work)).toEqual(WORK);
    const root = one(work, 'process first-frame.v1', 'CONSUMER');
    expect(root).toMatchObject({ parentId: '', links: [{ traceId: sent.traceId, spanId: sent.spanId }] });
    expect(root.traceId).not.toBe(sent.traceId);
    expect(root.attributes['framesong.job.id']).toBe(job.id);
  });

  it.each([
    ['cancelled', 'CANCELLED', JobState.CANCELLED],
    ['overrun', 'DEADLINE_EXCEEDED', JobState.EXPIRED],
  ] as const)(
    'have the same shape as far as a call got that was %s, and one status on all hops',
    (name, code, state) => {
      const { outcome, trace, job } = made[name];
      expect(outcome.code).toBe(code);
      expect(job).toMatchObject({ state, traceId: trace[0]!.traceId, submitTraceId: trace[0]!.traceId });
      expect(outlineOf(trace)[0]).toBe('caller CLIENT GenerateFirstFrame');
      const edges = [...edgesOf(trace)].filter((edge) => !edge.endsWith(` ${WAIT_POOL}`));
      expect([...edgesOf(attached.trace)]).toEqual(expect.arrayContaining(edges));

      const ended = trace.filter(({ attributes }) => statusOf(attributes) !== 'OK');
      expect(new Set(ended.map(({ attributes }) => statusOf(attributes)))).toEqual(new Set([code]));
      expect(ended.map(labelOf)).toEqual(
        expect.arrayContaining([
          'caller CLIENT GenerateFirstFrame',
          'image-generation SERVER GenerateFirstFrame',
          'image-generation CONSUMER process first-frame.v1',
          'image-generation prepare references',
          'image-generation prepare reference',
          'image-generation CLIENT CompressImageSet',
          'compression SERVER CompressImageSet',
        ]),
      );
    },
  );

  it('name what failed by one code, from the stage that failed up to the caller', () => {
    const { outcome, trace, job } = made.failed;
    expect(outcome.code).toBe('FAILED_PRECONDITION');
    expect(job.state).toBe(JobState.FAILED);
    // The GET that found nothing has a status of HTTP.
    const failed = trace.filter(({ name, attributes }) => name !== 'GET' && statusOf(attributes) !== 'OK');
    expect(new Set(failed.map(({ attributes }) => statusOf(attributes)))).toEqual(new Set([outcome.code]));
    expect(failed.map(labelOf).sort()).toEqual([
      'caller CLIENT GenerateFirstFrame',
      'image-generation CONSUMER process first-frame.v1',
      'image-generation SERVER GenerateFirstFrame',
      'image-generation fetch references',
    ]);
  });

  it('hand the rest of the deadline of a caller who waits on to the last service', () => {
    const last = one(made.overrun.trace, COMPRESS, 'SERVER').attributes;
    expect(last['framesong.rpc.deadline']).toBeLessThanOrEqual(0.3);
  });

  it('are complete: each process has ended as many spans as it began, and exported them all', () => {
    for (const name of PROCESSES) {
      const stopped = made.logs[name]!.find((line) => String(line['msg']).startsWith('telemetry stops'));
      const service = name === 'caller' ? name : `framesong-${name}`;
      const exported = made.collector.spans.filter((span) => span.service === service).length;
      expect({ name, ...stopped }).toMatchObject({ name, started: exported, ended: exported });
      expect(exported).toBeGreaterThan(0);
      expect(made.logs[name]!.map((line) => line['msg'])).not.toContain('telemetry was not fully exported');
    }
  });

  it('use no name that is not in the registry', () => {
    const { spans, metrics, logs } = made.collector;
    const known = <T extends { readonly name: string }>(entries: Record<string, T>) => Object.values(entries).map(({ name }) => name); // prettier-ignore
    const spanNames = [...known(STAGES), ...known(SPANS)].filter((name) => name !== SPANS.rpcCall.name);
    const patterns = spanNames.map((name) => new RegExp(`^${name.replace(/\{\w+\}/, '\\S+')}$`));
    const names = new Set(spans.map(({ name }) => name));
    const foreign = [...names].filter((name) => !patterns.some((pattern) => pattern.test(name)));
    // Calls are named by their method, and HTTP requests by the instrumentation.
    expect(foreign.filter((name) => !name.startsWith('framesong.'))).toEqual(['GET']);
    expect(foreign.every((name) => name === 'GET' || /^framesong\.\w+\.v1\.\w+\/\w+$/.test(name))).toBe(true);

    const attributes = [...spans, ...logs]
      .map((item) => item.attributes)
      .concat(metrics.flatMap(({ series }) => series));
    const ours = new Set(attributes.flatMap(Object.keys).filter((key) => /^(framesong|rpc|gen_ai)\./.test(key)));
    expect(known(ATTRIBUTES)).toEqual(expect.arrayContaining([...ours]));
    const measured = new Set(metrics.map(({ name }) => name).filter((name) => /^(framesong|rpc)\./.test(name)));
    expect(known(METRICS)).toEqual(expect.arrayContaining([...measured]));
    const stages = new Set(metrics.flatMap(({ series }) => series.map((labels) => labels['framesong.stage'])));
    expect([...stages].filter((stage) => stage && !patterns.some((pattern) => pattern.test(String(stage))))).toEqual(
      [],
    );
    const events = new Set(logs.map(({ event }) => event).filter((event) => event !== ''));
    expect(events).toEqual(new Set(known(EVENTS)));
  });

  it('come with metrics of calls, stages, jobs, pools and pictures, whose labels hold no ids', () => {
    const { metrics } = made.collector;
    const names = new Set(metrics.map(({ name }) => name));
    const expected = [
      METRICS.rpcServerDuration,
      METRICS.rpcClientDuration,
      METRICS.stageDuration,
      METRICS.jobDuration,
      METRICS.jobQueueDuration,
      METRICS.poolSize,
      METRICS.poolWaitDuration,
      METRICS.imageCompressedSize,
      METRICS.imageCompressionRatio,
    ];
    expect([...names]).toEqual(expect.arrayContaining(expected.map(({ name }) => name)));
    const ours = metrics.filter(({ name }) => /^(framesong|rpc)\./.test(name));
    const labels = JSON.stringify(ours.map(({ series }) => series));
    expect(labels).not.toMatch(/frame_[0-9a-z]{20,}|otter|sha256|127\.0\.0\.1/);
  });

  it('tell neither prompt nor style nor the query of a URL nor a picture, and neither does any log', () => {
    const exported = made.collector.bodies.join('\n');
    const logged = Object.values(made.logs).flat().map((line) => JSON.stringify(line)).join('\n'); // prettier-ignore
    expect(exported).toContain('/picture');
    const base64 = made.figure.toString('base64').slice(0, 40);
    for (const secret of [...Object.values(SECRETS), ...SECRETS.prompt.split(' ').slice(1), base64]) {
      if (secret.length < 5) continue;
      expect(exported).not.toContain(secret);
      expect(logged).not.toContain(secret);
    }
  });

  it('are seen while the work runs: by the begin of its stages and by its progress', () => {
    const { logs } = made.collector;
    const work = one(attached.trace, STAGES.compose.name);
    const begun = logs.find(({ event, spanId }) => event === EVENTS.spanStart.name && spanId === work.spanId);
    expect(begun!.attributes).toMatchObject({ 'framesong.span.name': 'compose', 'framesong.span.parent_id': work.parentId }); // prettier-ignore
    expect(begun!.atMs).toBeLessThan(work.endMs);
    const progress = logs.filter(
      ({ event, attributes }) =>
        event === EVENTS.jobProgress.name && attributes['framesong.job.id'] === attached.job.id,
    );
    const shares = progress
      .toSorted((a, b) => a.atMs - b.atMs)
      .map(({ attributes }) => Number(attributes[ATTR.jobProgress]));
    expect(shares.length).toBeGreaterThan(2);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });
});

/** Whether a pool had a worker ready differs from run to run. */
function withoutWaits(trace: readonly CollectedSpan[]): string[] {
  return outlineOf(trace).filter((line) => !line.endsWith(` ${WAIT_POOL}`));
}

function one(trace: readonly CollectedSpan[], name: string, kind?: string): CollectedSpan {
  const [found, ...others] = trace.filter((span) => span.name === name && (!kind || span.kind === kind));
  if (!found || others.length > 0) throw new Error(`${others.length + (found ? 1 : 0)} spans ${name}`);
  return found;
}

function statusOf(attributes: CollectedSpan['attributes']): unknown {
  return attributes['rpc.status_code'] ?? attributes['error.type'] ?? 'OK';
}
