import type { BatchReport } from '@framesong/contracts/job/v1/batch';
import { invalidField, toFramesongError, type ErrorCode, type FramesongError } from '@framesong/errors';
import type { BatchPlace, Submitted } from '@framesong/jobs';
import type { CallContext } from '@framesong/rpc';
import { annotate, ATTR } from '@framesong/telemetry';
import { batchReport } from './batch-message.ts';
import type { JobServiceParts } from './job-service.ts';

/** One message of the stream. */
export interface BatchMessageItem<Request> {
  readonly batchRequestId: string;
  readonly label: string;
  readonly request?: Request | undefined;
}

/** How the service accepts one item, noting its place together with the job. */
export type AcceptItem<Request> = (request: Request | undefined, place: BatchPlace) => Promise<Submitted>;

const MAX_ITEMS = 10_000;
const MAX_LABEL_CHARACTERS = 128;
/** Faults of one item, which leave the others alone. All else ends the stream. */
const FAULTS_OF_ITEM: readonly ErrorCode[] = ['INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION', 'OUT_OF_RANGE'];

/**
 * Accepts a stream of items one by one, each before the next is read, so that memory stays that of one item. When it ends
 * early, what was accepted goes on, and a repeat with the same request id joins it.
 * @param kind of the jobs
 * @throws FramesongError what ended the stream, with the batch, and how many items were accepted, in its metadata
 */
export async function submitBatch<Request extends { readonly requestId: string }>(
  { jobs }: JobServiceParts,
  kind: string,
  messages: AsyncIterable<BatchMessageItem<Request>>,
  call: CallContext,
  accept: AcceptItem<Request>,
): Promise<BatchReport> {
  let opened: { readonly id: string; readonly requestId: string } | undefined;
  let index = 0;
  let accepted = 0;
  try {
    for await (const item of messages) {
      opened ??= await open(item.batchRequestId);
      checkItem(opened.requestId, item, index);
      const place = { id: opened.id, index, label: item.label };
      if (await take(item, place, opened.requestId)) accepted++;
      index++;
    }
    if (!opened) throw invalidField('request', 'is missing: the stream had no item');
    await jobs.batches.close(opened.id);
    return batchReport(await jobs.batches.get(call.tenant, opened.id, { pageSize: 500 }), false);
  } catch (thrown) {
    const error = toFramesongError(thrown);
    if (!opened || error.code === 'INTERNAL') throw thrown;
    throw error.prefixed(`item ${index}`).with({
      resource: { type: 'batch', name: opened.id },
      metadata: { batch_id: opened.id, accepted: String(accepted), next_index: String(index) },
    });
  }

  async function open(requestId: string): Promise<{ readonly id: string; readonly requestId: string }> {
    if (requestId && !/^[A-Za-z0-9._:-]{1,100}$/.test(requestId)) {
      throw invalidField('batch_request_id', 'must be 1 to 100 letters, digits and ._:-');
    }
    const id = await jobs.batches.open({ tenant: call.tenant, kind, ...(requestId && { requestId }) });
    annotate({ [ATTR.tenant]: call.tenant, [ATTR.batchId]: id, ...(requestId && { [ATTR.requestId]: requestId }) });
    return { id, requestId };
  }

  /** False for an item that was rejected, which is noted. */
  async function take(
    { label, request }: BatchMessageItem<Request>,
    place: BatchPlace,
    batchRequestId: string,
  ): Promise<boolean> {
    const ownId = request?.requestId;
    const derivedId = batchRequestId ? `${batchRequestId}:${place.index}` : '';
    try {
      if (label.length > MAX_LABEL_CHARACTERS) {
        throw invalidField('label', `has ${label.length} characters, at most ${MAX_LABEL_CHARACTERS} are taken`);
      }
      // An id of its own makes an item repeatable like any job; others are repeated with the batch.
      await accept(request && { ...request, requestId: ownId || derivedId }, place);
      return true;
    } catch (thrown) {
      const error = toFramesongError(thrown);
      if (!isFaultOfItem(error, Boolean(ownId))) throw thrown;
      await jobs.batches.reject({ ...place, label: label.slice(0, MAX_LABEL_CHARACTERS) }, error);
      return false;
    }
  }
}

function checkItem(batchRequestId: string, item: BatchMessageItem<unknown>, index: number): void {
  if (item.batchRequestId && item.batchRequestId !== batchRequestId) {
    throw invalidField('batch_request_id', 'differs from that of the first message: one stream is one batch');
  }
  if (index >= MAX_ITEMS) throw invalidField('request', `is beyond the ${MAX_ITEMS} items that a batch takes`);
}

function isFaultOfItem(error: FramesongError, hasOwnId: boolean): boolean {
  if (error.code === 'ALREADY_EXISTS') return hasOwnId && error.reason === 'REQUEST_ID_REUSED';
  return FAULTS_OF_ITEM.includes(error.code);
}
