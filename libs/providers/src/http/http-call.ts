import type { HttpBody } from './http-body.ts';

/** One request to a provider. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the provider's base URL, or a complete URL of the same origin: `/v3/seedream-4.0`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /**
   * `paid`: acceptance costs money, so it is repeated only where it surely was not accepted, and every error has an outcome.
   * `free`: repeated at will inside the time it has.
   */
  readonly cost: 'paid' | 'free';
  /** Deadline, cancel and shutdown; reaches the socket. */
  readonly signal: AbortSignal;
  readonly timeouts?: CallTimeouts;
  /** Default: the client's. */
  readonly maxResponseBytes?: number;
  /** How often it is tried at most; 1 for a look whether somebody is there. Default: the client's. */
  readonly attempts?: number;
}

/** Time limits of one call. Whoever knows the model's history gives them; none of them exceeds the longest call of the client. */
export interface CallTimeouts {
  /** From the moment a connection is there to the first byte of the answer. */
  readonly firstByteMs?: number;
  /** For everything, the wait for a connection and all repeats included. */
  readonly totalMs?: number;
}

/** A complete answer with a status of 200 to 299. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name; of several values the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** One event of a stream of server-sent events. */
export interface ServerEvent {
  /** `message` where the server named none. */
  readonly event: string;
  readonly data: string;
  readonly id?: string;
}
