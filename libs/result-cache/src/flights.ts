import { errorOfSignal, throwIfAborted } from '@framesong/errors';

interface Flight<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiters: number;
}

/** Work that is under way, by key, so that equal requests share it. */
export class Flights<T> {
  private readonly flights = new Map<string, Flight<T>>();

  /**
   * Joins the work of `key`, or begins it. Each waiter leaves on its own signal, at once and with the error it stands for;
   * the work is cancelled when the last has left, and whoever comes then begins anew.
   * @returns what the work gives, and whether it was under way before
   */
  async join(
    key: string,
    begin: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ value: T; joined: boolean }> {
    throwIfAborted(signal);
    const underWay = this.flights.get(key);
    const flight = underWay ?? this.begin(key, begin);
    flight.waiters += 1;
    const value = await this.wait(key, flight, signal);
    return { value, joined: underWay !== undefined };
  }

  private begin(key: string, begin: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const abort = new AbortController();
    const flight = { result: begin(abort.signal), abort, waiters: 0 };
    this.flights.set(key, flight);
    const end = () => this.end(key, flight);
    flight.result.then(end, end);
    return flight;
  }

  private end(key: string, flight: Flight<T>): void {
    if (this.flights.get(key) === flight) this.flights.delete(key);
  }

  private wait(key: string, flight: Flight<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(errorOfSignal(signal));
        flight.waiters -= 1;
        if (flight.waiters > 0) return;
        this.end(key, flight);
        // The last to leave says why, so that a deadline is told as one by the work too.
        flight.abort.abort(errorOfSignal(signal));
      };
      signal.addEventListener('abort', leave, { once: true });
      flight.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }
}
