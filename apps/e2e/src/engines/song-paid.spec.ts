import { JobState, type Job } from '@framesong/contracts/job/v1/job';
import { OrderState } from '@framesong/contracts/job/v1/cost';
import { SongFormat } from '@framesong/contracts/music/v1/song';
import { MUSIC_EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import { noSongLeft } from '../testing/music-leftovers.ts';
import { startMusicStack, type MusicStack } from '../testing/music-stack.ts';
import { endedSong, songOf, songRequest, submitSong } from '../testing/songs.ts';

const SLOW_MS = 120_000;
const MODEL = 'fal-ai/minimax-music/v2.5';
const PRICE = { currency: 'USD', amount: '0.15' };

describe('a song by an engine that charges for it', () => {
  let stack: MusicStack;
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator(MUSIC_EMULATORS['fal-music']!, { variants: { polls: '1' } });
    stack = await startMusicStack({
      FRAMESONG_FAL_MUSIC_BASE_URL: emulator.url,
      FRAMESONG_FAL_MUSIC_API_KEY: emulator.key,
      FRAMESONG_FAL_MUSIC_PRICES: `${MODEL}=${PRICE.amount}`,
    });
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await emulator.close();
  });
  beforeEach(() => {
    emulator.paid.clear();
    emulator.faults.replace([]);
  });
  afterEach(() => noSongLeft(stack));

  const request = songRequest({ engine: 'fal-music', outputFormats: [SongFormat.FLAC] });
  const ordersOf = ({ cost }: Job) => cost!.orders.map(({ provider, model, state, estimate, actual }) => ({ provider, model, state, estimate, actual })); // prettier-ignore
  const order = { provider: 'fal-music', model: MODEL, estimate: PRICE };

  it('tells what it may cost when it is accepted, and what it has cost when it is there', async () => {
    const accepted = await submitSong(stack, request);
    expect(accepted.cost!.estimate).toEqual(PRICE);
    const job = await endedSong(stack, accepted.id);
    expect(songOf(job).engine).toBe(`fal ${MODEL}`);
    expect(ordersOf(job)).toEqual([{ ...order, state: OrderState.SETTLED, actual: PRICE }]);
    expect(emulator.paid.all).toHaveLength(1);
  });

  it('is paid for once although its service is killed while it is made', async () => {
    const asked = emulator.next('poll');
    const { id } = await submitSong(stack, request);
    await asked;
    await stack.music.end('SIGKILL');
    await stack.restartMusic();
    const job = await endedSong(stack, id);
    expect(job.state).toBe(JobState.SUCCEEDED);
    expect(ordersOf(job)).toEqual([{ ...order, state: OrderState.SETTLED, actual: PRICE }]);
    expect(emulator.paid.all).toHaveLength(1);
  });

  it('whose order got no answer is not ordered again by itself, and its price is at risk', async () => {
    emulator.faults.replace([{ kind: 'lost_answer', on: 'order' }]);
    const { id } = await submitSong(stack, request);
    const job = await endedSong(stack, id);
    expect(job.state).toBe(JobState.FAILED);
    expect(job.error!.message).toContain('fal-music');
    expect(ordersOf(job)).toEqual([{ ...order, state: OrderState.AT_RISK, actual: undefined }]);
    expect(emulator.paid.all).toHaveLength(1);
  });

  it('is refused before it is ordered when it would cost more than its caller allows', async () => {
    const maxCost = { currency: 'USD', amount: '0.1' };
    await expect(submitSong(stack, { ...request, maxCost })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'SPENDING_LIMIT',
      outcome: 'not_sent',
      metadata: { limit: 'job', cost: '0.15', limit_amount: '0.1' },
    });
    expect(emulator.paid.all).toEqual([]);
    const free = await submitSong(stack, songRequest({ outputFormats: [SongFormat.MIDI], maxCost }));
    expect(free.cost).toMatchObject({ estimate: { currency: 'USD', amount: '0' }, maxCost });
    expect((await endedSong(stack, free.id)).state).toBe(JobState.SUCCEEDED);
  });
});
