/** A request that the real provider would refuse; the emulator answers with the provider's envelope. */
export class RequestRefused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function refused(status: number, code: string, message: string): RequestRefused {
  return new RequestRefused(status, code, message);
}
