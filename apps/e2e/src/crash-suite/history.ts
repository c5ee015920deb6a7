/** A job as it stands at the end. */
export interface RecordedJob {
  readonly service: string;
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly outcome: string | undefined;
  readonly reason: string | undefined;
  readonly result: string | undefined;
}

/** One event of a job. */
export interface RecordedEvent {
  readonly jobId: string;
  readonly sequence: number;
  readonly type: string;
  readonly percent: number;
}

/** A step that was finished when somebody looked. */
export interface RecordedStep {
  readonly jobId: string;
  readonly name: string;
  readonly attempts: number;
  readonly finishedAtMs: number;
  /** Digest of the result. */
  readonly result: string;
}

/** Something that physically went on in a process: a step from its begin to its end, or a part of it in which the process was not frozen. */
export interface RecordedWork {
  readonly what: 'step' | 'work';
  readonly executorId: string;
  readonly jobId: string;
  readonly step: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

/** An order as the ledger has it at the end. */
export interface RecordedOrder {
  readonly jobId: string;
  readonly state: string;
}

/** How many starts of a queue were held at one moment, by one executor and by all. */
export interface RecordedLoad {
  readonly queue: string;
  readonly total: number;
  readonly mostOfOne: number;
}

/** What the model knows of a service. */
export interface ServiceModel {
  readonly service: string;
  readonly queue: string;
  readonly concurrency: number;
  readonly perWorkerConcurrency: number;
}

/** Everything that was recorded while the suite ran. */
export interface History {
  readonly services: readonly ServiceModel[];
  /** Ids that a caller was told, by whether the caller cancelled the job. */
  readonly accepted: ReadonlyMap<string, { readonly cancelled: boolean }>;
  readonly jobs: readonly RecordedJob[];
  readonly events: readonly RecordedEvent[];
  /** Every finished step that anybody ever saw, and those of the end. */
  readonly stepsSeen: readonly RecordedStep[];
  readonly stepsAtEnd: readonly RecordedStep[];
  readonly loads: readonly RecordedLoad[];
  /** Of the workers that write down what they do. */
  readonly works: readonly RecordedWork[];
  /** Job ids, one for each time that money was taken. */
  readonly charges: readonly string[];
  readonly orders: readonly RecordedOrder[];
}
