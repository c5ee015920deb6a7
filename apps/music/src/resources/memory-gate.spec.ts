import type { EngineResources, MusicEngine } from '@framesong/providers/music';
import { createMemoryGate, type MemoryGate } from './memory-gate.ts';

const GIB = 2 ** 30;
const engine = { name: 'tones' } as MusicEngine;
/** 2 GiB, and one more for 16 s of sound. */
const NEED = { bytes: 2 * GIB, bytesPerSecond: GIB / 16 };

describe('the gate before the memory of an engine', () => {
  let free: EngineResources | undefined;
  let usualMs: number | undefined;
  const gateWith = (needs = new Map([['tones', NEED]])): MemoryGate =>
    createMemoryGate({
      reader: { read: () => Promise.resolve(free) },
      needs,
      usualRenderMs: () => Promise.resolve(usualMs),
    });
  const device = (freeGib: number, more: Partial<EngineResources> = {}): EngineResources => ({
    device: 'NVIDIA L4',
    memoryTotalBytes: 8 * GIB,
    memoryFreeBytes: freeGib * GIB,
    ...more,
  });
  const render = (seconds: number) => ({ engine, capabilities: {}, seconds });
  const idle = () => Promise.resolve(true);
  const busy = () => Promise.resolve(false);
  beforeEach(() => {
    free = device(4);
    usualMs = undefined;
  });

  it('lets in what fits, and refuses before memory runs out, with what is there, what is needed, and when to come again', async () => {
    const gate = gateWith();
    await expect(gate.check(render(32), idle)).resolves.toBeUndefined();
    usualMs = 90_000;
    await expect(gate.check(render(48), idle)).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'ENGINE_MEMORY',
      message:
        'engine tones has 4.00 GiB free on NVIDIA L4; a render of 48 s takes about 5.00 GiB: try again in 45 s, or see what else uses it',
      retryAfterMs: 45_000,
    });
  });

  it('refuses what never fits with what would', async () => {
    await expect(gateWith().check(render(120), busy)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'ENGINE_TOO_SMALL',
      message: expect.stringMatching(/takes about 9\.50 GiB.*8\.00 GiB in all.*in sections/) as string,
    });
  });

  it('lets work queue up behind what holds the memory now', async () => {
    free = device(0);
    await expect(gateWith().check(render(10), busy)).resolves.toBeUndefined();
    free = device(0, { running: 1 });
    await expect(gateWith().check(render(10), idle)).resolves.toBeUndefined();
  });

  it('counts renders that have just begun, whose memory is not missing yet', async () => {
    const gate = gateWith();
    const ends = Promise.withResolvers<string>();
    const first = gate.within(render(16), () => ends.promise);
    const second = () => gate.within(render(16), () => Promise.resolve('made'));
    await expect(second()).rejects.toMatchObject({ reason: 'ENGINE_MEMORY', metadata: { engine: 'tones' } });
    ends.resolve('made');
    expect(await first).toBe('made');
    expect(await second()).toBe('made');
  });

  it('gives back what a failed render was promised', async () => {
    const gate = gateWith();
    await expect(gate.within(render(16), () => Promise.reject(new Error('the model fell')))).rejects.toThrow('fell');
    await expect(gate.within(render(16), () => Promise.resolve('made'))).resolves.toBe('made');
  });

  it('holds nobody up of whom nothing is known', async () => {
    free = device(0);
    await expect(gateWith(new Map()).within(render(600), () => Promise.resolve('made'))).resolves.toBe('made');
    free = undefined;
    await expect(gateWith().within(render(600), () => Promise.resolve('made'))).resolves.toBe('made');
    await expect(gateWith().check(render(600), idle)).resolves.toBeUndefined();
  });

  it('takes the word of the engine itself before the setting', async () => {
    const wanted = { engine, capabilities: { memoryNeed: { bytes: GIB, bytesPerSecond: 0 } }, seconds: 600 };
    await expect(gateWith().check(wanted, idle)).resolves.toBeUndefined();
  });
});
