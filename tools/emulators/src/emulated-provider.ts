import type { TaskQuirk } from './faults/fault-script.ts';
import type { PaidCalls } from './paid-calls.ts';

/** What a route is for: faults are aimed at it. `free` is everything else that costs nothing. */
export type RoutePurpose = 'order' | 'poll' | 'result' | 'upload' | 'cancel' | 'socket' | 'free';

/** A request as a route sees it: read to its end. */
export interface EmulatedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** What the path's expression caught. */
  readonly params: Readonly<Record<string, string>>;
  /** For links to this emulator itself: `http://127.0.0.1:4711`. */
  readonly origin: string;
  /** How tasks misbehave, when the fault script says so. */
  readonly quirk: TaskQuirk | undefined;
}

/** An answer: `json`, or `body` as it is; `events` are sent one after another as server-sent events. */
export interface EmulatedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: Buffer | string;
  readonly events?: AsyncIterable<{ readonly event?: string; readonly data: string }>;
}

/** One route. A path in braces catches a part: `/v1/tasks/{id}`. */
export interface EmulatedRoute {
  readonly method: string;
  readonly path: string;
  readonly purpose: RoutePurpose;
  handle(request: EmulatedRequest): Promise<EmulatedAnswer> | EmulatedAnswer;
}

/** A WebSocket that a client has opened; frames are already taken apart. */
export interface EmulatedSocket {
  sendText(text: string): void;
  sendBytes(bytes: Buffer): void;
  /** With a closing handshake. */
  close(): void;
  /** Without one. */
  cut(): void;
  onText(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
}

/** What emulators are started with. */
export interface EmulatorContext {
  /** The only key that is accepted; empty accepts any. */
  readonly key: string;
  /** How long a picture takes to make. */
  readonly latencyMs: number;
  readonly paid: PaidCalls;
  /** Switches for quirks and documented variants, by name: `success_shape: b64`. */
  readonly variants: Readonly<Record<string, string>>;
}

/** One provider: its routes, and how it words what goes wrong. */
export interface EmulatedProvider {
  readonly name: string;
  routes(context: EmulatorContext): readonly EmulatedRoute[];
  /** A refusal in this provider's envelope. */
  refusal(status: number, words: { readonly code: string; readonly message: string }): unknown;
  /** The body of a 200 that is an error. */
  errorInside200(): unknown;
  /** Called for an upgrade to WebSocket; absent where there is none. */
  onSocket?(socket: EmulatedSocket, request: { readonly path: string; readonly query: URLSearchParams }): void;
}
