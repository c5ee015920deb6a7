/**
 * Every name that Framesong gives to telemetry: attributes, metrics, spans and events, with unit and meaning.
 * Names that are not `framesong.*` come from the OpenTelemetry semantic conventions 1.45.
 * A name that is emitted and not listed here, or listed and never emitted, is a fault.
 */

/** The attributes of spans, metrics, events and log lines. Labels of metrics never hold an id, a text, a URL or a user. */
export const ATTRIBUTES = {
  errorType: { name: 'error.type', unit: '', meaning: 'Status code of the failure; absent on success.' },
  stage: { name: 'framesong.stage', unit: '', meaning: 'Name of the stage.' },
  durationMs: { name: 'duration_ms', unit: 'ms', meaning: 'How long the stage took; in log lines only.' },

  rpcSystem: { name: 'rpc.system.name', unit: '', meaning: 'Always grpc.' },
  rpcMethod: { name: 'rpc.method', unit: '', meaning: 'Full method: package.Service/Method.' },
  rpcStatusCode: { name: 'rpc.status_code', unit: '', meaning: 'gRPC status as text: OK, NOT_FOUND.' },
  rpcDeadlineSeconds: { name: 'framesong.rpc.deadline', unit: 's', meaning: 'Time left when the call arrived.' },
  requestId: { name: 'framesong.request.id', unit: '', meaning: 'Id that the caller gave to the request.' },
  batchId: { name: 'framesong.batch.id', unit: '', meaning: 'Id of the batch that a call submits.' },
  tenant: { name: 'framesong.tenant', unit: '', meaning: 'Who the call is made for.' },

  jobId: { name: 'framesong.job.id', unit: '', meaning: 'Id of the job; on spans and log lines only.' },
  jobKind: { name: 'framesong.job.kind', unit: '', meaning: 'What the job makes: first_frame, song.' },
  jobState: { name: 'framesong.job.state', unit: '', meaning: 'State that the job has reached.' },
  jobAttempt: { name: 'framesong.job.attempt', unit: '{attempt}', meaning: 'Which run of the job this is, from 1.' },
  jobProgress: { name: 'framesong.job.progress', unit: '1', meaning: 'Share of the work that is done, 0 to 1.' },

  queueName: { name: 'framesong.queue.name', unit: '', meaning: 'The queue that the work waits in.' },
  queueDepth: { name: 'framesong.queue.depth', unit: '{job}', meaning: 'Jobs before this one when it arrived.' },
  queueConcurrency: { name: 'framesong.queue.concurrency', unit: '{job}', meaning: 'Jobs that may run at once.' },

  poolName: { name: 'framesong.pool.name', unit: '', meaning: 'The pool of worker processes.' },

  referenceRole: { name: 'framesong.reference.role', unit: '', meaning: 'What a reference shows: scene or character.' },
  referenceCount: { name: 'framesong.reference.count', unit: '{image}', meaning: 'Reference pictures of the request.' },
  referenceSize: { name: 'framesong.reference.size', unit: 'By', meaning: 'Their size together.' },

  imageSourceSize: { name: 'framesong.image.source.size', unit: 'By', meaning: 'Size of the picture that came in.' },
  imageSourceFormat: { name: 'framesong.image.source.format', unit: '', meaning: 'Its format: jpeg, png, webp.' },
  imageSourceWidth: { name: 'framesong.image.source.width', unit: '{pixel}', meaning: 'Its width.' },
  imageSourceHeight: { name: 'framesong.image.source.height', unit: '{pixel}', meaning: 'Its height.' },
  imageSize: { name: 'framesong.image.size', unit: 'By', meaning: 'Size of the picture that came out.' },
  imageFormat: { name: 'framesong.image.format', unit: '', meaning: 'Its format.' },
  imageWidth: { name: 'framesong.image.width', unit: '{pixel}', meaning: 'Its width.' },
  imageHeight: { name: 'framesong.image.height', unit: '{pixel}', meaning: 'Its height.' },
  imageQuality: { name: 'framesong.image.quality', unit: '1', meaning: 'Quality that the encoder ended with.' },
  imageAttempts: { name: 'framesong.image.attempts', unit: '{attempt}', meaning: 'Encodings that were tried.' },

  cacheName: { name: 'framesong.cache.name', unit: '', meaning: 'Which cache was asked.' },
  cacheResult: { name: 'framesong.cache.result', unit: '', meaning: 'hit, miss, coalesced or revalidated.' },
  cacheHits: { name: 'framesong.cache.hits', unit: '{hit}', meaning: 'Pictures that were not downloaded again.' },
  cacheDistance: { name: 'framesong.cache.distance', unit: '1', meaning: 'How far the text of the match is, 0 to 1.' },

  genAiOperation: { name: 'gen_ai.operation.name', unit: '', meaning: 'Always generate_content.' },
  genAiProvider: { name: 'gen_ai.provider.name', unit: '', meaning: 'Provider that was asked.' },
  genAiModel: { name: 'gen_ai.request.model', unit: '', meaning: 'Model that was asked.' },
  genAiOutputType: { name: 'gen_ai.output.type', unit: '', meaning: 'image or audio.' },
  genAiResponseId: { name: 'gen_ai.response.id', unit: '', meaning: "The provider's own id of the answer." },
  providerAttempt: { name: 'framesong.provider.attempt', unit: '{attempt}', meaning: 'Which try this is, from 1.' },
  providerTimeout: { name: 'framesong.provider.timeout', unit: 's', meaning: 'Time that the call was given.' },
  timeoutBasis: {
    name: 'framesong.timeout.basis',
    unit: '',
    meaning: 'What the timeout rests on: history, cold_start, floor, ceiling.',
  },
  timeoutSamples: { name: 'framesong.timeout.samples', unit: '{sample}', meaning: 'Durations that it rests on.' },
  providerOutcome: { name: 'framesong.provider.outcome', unit: '', meaning: 'What it cost: not_sent to billed.' },

  costEstimate: {
    name: 'framesong.cost.estimate',
    unit: '',
    meaning: 'What an order should cost: 0.04 USD, or unknown.',
  },
  costActual: { name: 'framesong.cost.actual', unit: '', meaning: 'What an order has cost: 0.04 USD.' },
  costCurrency: { name: 'framesong.cost.currency', unit: '', meaning: 'Currency of an amount, or unknown.' },
  costState: {
    name: 'framesong.cost.state',
    unit: '',
    meaning: 'How an order ended: settled, billed, at_risk, released, refused.',
  },

  engineName: { name: 'framesong.engine.name', unit: '', meaning: 'The music engine, as callers name it.' },
  enginePhase: { name: 'framesong.engine.phase', unit: '', meaning: 'What was waited for when an engine fell silent.' },

  downloadSize: { name: 'framesong.download.size', unit: 'By', meaning: 'Bytes that were downloaded.' },
  downloadTimeout: { name: 'framesong.download.timeout', unit: 's', meaning: 'Time that the download was given.' },

  artifactDigest: { name: 'framesong.artifact.digest', unit: '', meaning: 'SHA-256 of the content, in hex.' },
  artifactSize: { name: 'framesong.artifact.size', unit: 'By', meaning: 'Size of the content.' },
  artifactMediaType: { name: 'framesong.artifact.media_type', unit: '', meaning: 'Media type of the content.' },

  spanName: { name: 'framesong.span.name', unit: '', meaning: 'Name of the span that has begun.' },
  spanParentId: { name: 'framesong.span.parent_id', unit: '', meaning: 'Its parent; empty for a root span.' },
} as const;

/** Boundaries in seconds, up to the longest job. */
const SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 90, 120, 180, 300, 480, 600, 900] as const;
/** Boundaries in bytes, 4 KB to 256 MB. */
const BYTES = [4096, 16_384, 65_536, 131_072, 262_144, 524_288, 1_048_576, 4_194_304, 16_777_216, 268_435_456] as const;

/** The metrics. `boundaries` belong to histograms. */
export const METRICS = {
  stageDuration: histogram('framesong.stage.duration', 's', 'Duration of one stage.', SECONDS),
  rpcServerDuration: histogram('rpc.server.call.duration', 's', 'Duration of a call, seen by the server.', SECONDS),
  rpcClientDuration: histogram('rpc.client.call.duration', 's', 'Duration of a call, seen by the client.', SECONDS),
  jobDuration: histogram('framesong.job.duration', 's', 'From the start of a job to its end.', SECONDS),
  jobQueueDuration: histogram('framesong.job.queue.duration', 's', 'From the submit of a job to its start.', SECONDS),
  jobProgressAge: gauge('framesong.job.progress.age', 's', 'Time since a running job last reported progress; worst.'),
  providerDuration: histogram('framesong.provider.request.duration', 's', 'Duration of a provider request.', SECONDS),
  providerRetries: counter('framesong.provider.retries', '{retry}', 'Provider requests that were repeated.'),
  providerBreakerState: gauge('framesong.provider.breaker.state', '{state}', '0 closed, 1 half open, 2 open.'),
  costAmount: counter('framesong.cost.amount', '{micro}', 'Spent or at risk, in millionths of the currency, by state.'),
  costOrders: counter('framesong.cost.orders', '{order}', 'Orders that cost money, by how they ended.'),
  queueDepth: gauge('framesong.queue.depth', '{job}', 'Jobs that wait.'),
  queueRunning: gauge('framesong.queue.running', '{job}', 'Jobs that run.'),
  queueLimit: gauge('framesong.queue.limit', '{job}', 'Jobs that may wait before new ones are refused.'),
  queueOldestAge: gauge('framesong.queue.oldest_age', 's', 'How long the oldest waiting job has waited.'),
  poolSize: gauge('framesong.pool.size', '{process}', 'Processes that the pool may have.'),
  poolActive: gauge('framesong.pool.active', '{process}', 'Processes that work.'),
  poolPending: gauge('framesong.pool.pending', '{task}', 'Tasks that wait for a process.'),
  poolWaitDuration: histogram('framesong.pool.wait.duration', 's', 'How long tasks waited for a process.', SECONDS),
  imageCompressedSize: histogram('framesong.image.compressed.size', 'By', 'Size of compressed pictures.', BYTES),
  imageCompressionRatio: histogram(
    'framesong.image.compressed.ratio',
    '1',
    'Compressed size by source size.',
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1],
  ),
  cacheRequests: counter('framesong.cache.requests', '{request}', 'Questions to a cache, by result.'),
  engineUp: gauge('framesong.engine.up', '{engine}', '1 when the engine can be asked, else 0.'),
  engineMemoryTotal: gauge('framesong.engine.memory.total', 'By', 'Memory where the engine renders.'),
  engineMemoryFree: gauge('framesong.engine.memory.free', 'By', 'Of it, what nobody uses.'),
  engineLoad: gauge('framesong.engine.load', '1', "Share of the engine's device that is used."),
  engineWaiting: gauge('framesong.engine.waiting', '{render}', 'Renders that wait at the engine for their turn.'),
  engineStalls: counter(
    'framesong.engine.stalls',
    '{stall}',
    'Renders that were stopped because the engine fell silent.',
  ),
  engineRefusals: counter('framesong.engine.refusals', '{render}', 'Renders that were put off for want of memory.'),
  downloadSize: histogram('framesong.download.size', 'By', 'Size of downloads.', BYTES),
} as const;

/** The spans of stages. A word in braces stands for a value. */
export const STAGES = {
  queueWait: { name: 'queue wait', meaning: 'From admission to start: waiting is never hidden inside working.' },
  fetchReferences: { name: 'fetch references', meaning: 'Reads or downloads the reference pictures.' },
  prepareReferences: { name: 'prepare references', meaning: 'Compresses the reference pictures under one budget.' },
  prepareReference: { name: 'prepare reference', meaning: 'Compresses one reference picture and stores the result.' },
  waitPool: { name: 'wait pool', meaning: 'Waits for a free worker process.' },
  compressImage: { name: 'compress image', meaning: 'Encodes one picture within its limits.' },
  generateContent: { name: 'generate_content {model}', meaning: 'Asks the provider and waits for the result.' },
  compose: { name: 'compose', meaning: 'Makes the picture in a worker process of the embedded engine.' },
  fitPicture: {
    name: 'fit picture',
    meaning: 'Brings a picture of a provider to the wanted size in a worker process.',
  },
  makeCollage: { name: 'make collage', meaning: 'Lays characters out on one labelled picture in a worker process.' },
  describeEngine: { name: 'describe engine', meaning: 'Asks the engine of a song what it can do.' },
  renderSection: { name: 'render section', meaning: 'Renders one section of a song and keeps it.' },
  render: { name: 'render', meaning: 'Renders the sound of a section in a worker process, or has an engine do it.' },
  joinSections: { name: 'join sections', meaning: 'Joins the sections to the song and stores it in every format.' },
  mix: { name: 'mix', meaning: 'Joins, masters and encodes in a worker process.' },
  downloadImage: { name: 'download image', meaning: "Fetches the provider's result." },
  downloadSound: { name: 'download sound', meaning: 'Fetches the sound that a model of others has made.' },
  storeArtifact: { name: 'store artifact', meaning: 'Writes the result into the artifact store.' },
} as const;

/** The spans that are no stages. A word in braces stands for a value. */
export const SPANS = {
  rpcCall: { name: '{method}', meaning: 'One call, named by its full method: a CLIENT and a SERVER span.' },
  jobSend: {
    name: 'send {queue}',
    meaning: 'PRODUCER: a job is stored; its work follows in this trace or links to it.',
  },
  jobProcess: { name: 'process {kind}', meaning: 'CONSUMER: one run of a job.' },
} as const;

/** The events: log records with a name that are exported at once, so that long work is seen while it runs. */
export const EVENTS = {
  spanStart: { name: 'framesong.span.start', meaning: 'A span has begun; it is exported itself only when it ends.' },
  jobProgress: { name: 'framesong.job.progress', meaning: 'A job has got further.' },
} as const;

/** One metric. `unit` is a UCUM code. */
export interface Metric<K extends 'histogram' | 'counter' | 'gauge' = 'histogram' | 'counter' | 'gauge'> {
  readonly kind: K;
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
  readonly boundaries?: readonly number[];
}

/** Attribute names by key, to write `{ [ATTR.queueName]: 'frames' }`. */
export const ATTR = Object.fromEntries(Object.entries(ATTRIBUTES).map(([key, { name }]) => [key, name])) as {
  readonly [K in keyof typeof ATTRIBUTES]: (typeof ATTRIBUTES)[K]['name'];
};

function histogram(name: string, unit: string, meaning: string, boundaries: readonly number[]): Metric<'histogram'> {
  return { kind: 'histogram', name, unit, meaning, boundaries };
}

function counter(name: string, unit: string, meaning: string): Metric<'counter'> {
  return { kind: 'counter', name, unit, meaning };
}

function gauge(name: string, unit: string, meaning: string): Metric<'gauge'> {
  return { kind: 'gauge', name, unit, meaning };
}
