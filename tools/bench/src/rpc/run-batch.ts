import { ownCpuMs } from '../processes/answering.ts';
import { UNARY_BYTES, UPLOAD_BYTES, type Batch, type BatchRun, type Caller } from './load.ts';

/** Makes the calls of a batch and checks each answer. */
export async function runBatch(caller: Caller, { load, calls, concurrency }: Batch): Promise<BatchRun> {
  const call = load === '20mb' ? uploadCall(caller) : unaryCall(caller, UNARY_BYTES[load]);
  let tried = 0;
  let failed = 0;
  let failure: string | undefined;
  const lane = async () => {
    while (tried < calls) {
      tried++;
      await call().catch((thrown: unknown) => {
        failed++;
        failure ??= thrown instanceof Error ? thrown.message : String(thrown);
      });
    }
  };
  const cpuAtStart = ownCpuMs();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, lane));
  return { wallMs: performance.now() - startedAt, cpuMs: ownCpuMs() - cpuAtStart, tried, failed, failure };
}

function unaryCall({ unary }: Caller, bytes: number) {
  const source = Buffer.alloc(bytes, 'framesong');
  return async () => {
    const { length } = await unary(source);
    if (length !== bytes) throw new Error(`${length} bytes came back instead of ${bytes}`);
  };
}

function uploadCall({ upload }: Caller) {
  const content = Buffer.alloc(UPLOAD_BYTES, 'framesong');
  return async () => {
    const arrived = await upload(content);
    if (arrived !== BigInt(UPLOAD_BYTES)) throw new Error(`${arrived} bytes arrived instead of ${UPLOAD_BYTES}`);
  };
}
