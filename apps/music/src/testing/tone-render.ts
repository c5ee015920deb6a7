import { EventEmitter, on } from 'node:events';
import type { RenderProgress, RenderSegmentRequest } from '@framesong/contracts/engine/v1/music_engine';
import { cancelled, throwIfAborted, toFramesongError } from '@framesong/errors';
import { msOfDuration } from '@framesong/rpc';
import { toneSlices } from './tone-sound.ts';

/** Awaited before each quarter of a second of sound. */
export type Pace = (request: RenderSegmentRequest, doneSeconds: number) => Promise<unknown>;

/** One render of the tone engine: it goes on while somebody follows it, and for its grace after that. */
export class ToneRender {
  readonly request: RenderSegmentRequest;
  progress: RenderProgress;
  sound: Buffer | undefined;
  readonly seconds: number;
  readonly #stop = new AbortController();
  readonly #told = new EventEmitter();
  #followers = 0;
  #failure: unknown;

  constructor(request: RenderSegmentRequest, pace: Pace) {
    this.request = request;
    const { sections, sectionIndex, tail } = request;
    const wanted = sectionIndex === undefined ? sections : [sections[sectionIndex]!];
    const seconds = wanted.reduce((sum, { duration }) => sum + (msOfDuration(duration) ?? 0) / 1000, 0);
    this.seconds = seconds + (msOfDuration(tail) ?? 0) / 1000;
    this.progress = { done: 0, total: this.seconds, unit: 'seconds', stage: 'generate' };
    void this.#work(pace).catch((thrown: unknown) => {
      this.#failure = thrown;
      this.#told.emit('progress');
    });
  }

  /** Each new progress until the sound is there, the last one too; the last who leaves early leaves the work to its grace. */
  async *follow(signal: AbortSignal): AsyncGenerator<RenderProgress> {
    this.#followers++;
    const changes = on(this.#told, 'progress', { signal });
    try {
      let told = this.progress;
      for (yield told; !this.sound; yield told) {
        if (this.#failure !== undefined) throw toFramesongError(this.#failure);
        await changes.next();
        told = this.progress;
      }
      if (told !== this.progress) yield this.progress;
    } finally {
      this.#followers--;
      if (!this.sound && this.#followers === 0) this.#leave();
    }
  }

  stop(): void {
    this.#stop.abort(cancelled('the render was ended'));
  }

  #leave(): void {
    const graceMs = msOfDuration(this.request.reattachGrace) ?? 0;
    setTimeout(() => {
      if (this.#followers === 0) this.stop();
    }, graceMs).unref();
  }

  async #work(pace: Pace): Promise<void> {
    const slices: Buffer[] = [];
    for (const slice of toneSlices(this.seconds, this.request.bpm, Number(this.request.seed % 97n))) {
      await pace(this.request, this.progress.done);
      throwIfAborted(this.#stop.signal);
      slices.push(slice);
      const done = Math.min(this.seconds, (slices.length - 1) / 4);
      this.progress = { ...this.progress, done };
      this.#told.emit('progress');
    }
    this.sound = Buffer.concat(slices);
    this.#told.emit('progress');
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }
}
