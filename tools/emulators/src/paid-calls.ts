import { createHash } from 'node:crypto';

/** One order that was accepted, and so would have been charged for. */
export interface PaidCall {
  readonly path: string;
  readonly atMs: number;
  /** SHA-256 of the body: the same wish ordered twice shows as the same digest. */
  readonly bodyDigest: string;
  /** What came over the wire, without headers. */
  readonly bodySizeBytes: number;
  /** The id under which it can be asked for, where the provider gives one. */
  readonly orderId?: string;
  /** What the caller sent so that a repeat could be recognised. */
  readonly idempotencyKey?: string;
  readonly images: number;
  /** What was understood of the order: for those who look whether everything arrived. */
  readonly prompt: string;
  /** SHA-256 of each reference, decoded, in order. */
  readonly referenceDigests: readonly string[];
  readonly seed?: number;
}

/** Writes down each order that is accepted. */
export interface PaidCalls {
  readonly all: readonly PaidCall[];
  accept(call: AcceptedOrder): void;
  clear(): void;
}

/** An order in the moment of its acceptance. */
export interface AcceptedOrder extends Omit<PaidCall, 'atMs' | 'bodyDigest' | 'bodySizeBytes' | 'referenceDigests'> {
  readonly body: Uint8Array;
  readonly references: readonly Uint8Array[];
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function createPaidCalls(): PaidCalls {
  const all: PaidCall[] = [];
  return {
    all,
    accept({ body, references, ...call }) {
      const digests = { bodyDigest: digestOf(body), referenceDigests: references.map(digestOf) };
      all.push({ ...call, ...digests, bodySizeBytes: body.byteLength, atMs: Date.now() });
    },
    clear: () => void all.splice(0),
  };
}
