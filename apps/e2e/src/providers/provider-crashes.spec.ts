import { EMULATORS, startEmulator, type Emulator, type SeenRequest } from '@framesong/emulators';
import { OrderState } from '@framesong/contracts/job/v1/cost';
import { JobState, Outcome } from '@framesong/contracts/job/v1/job';
import { errorOfRpcStatus } from '@framesong/rpc';
import { eventually } from '../testing/eventually.ts';
import { ended, frameOf, jobNow, submit } from '../testing/first-frames.ts';
import { frameRequest, inline } from '../testing/frame-requests.ts';
import { drawScene } from '../testing/pictures.ts';
import { descendantsOf } from '../testing/processes.ts';
import { startStack, type Stack } from '../testing/stack.ts';
import { watching } from '../testing/watching.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;
const PRICE = { currency: 'USD', amount: '0.05' };

/** Who is asked for a picture. */
const SUBJECTS = {
  'jiekou at once': { provider: 'jiekou', model: 'nano-banana-pro-light-i2i' },
  'jiekou by task': { provider: 'jiekou', model: 'flux-2-dev' },
  openai: { provider: 'openai', model: 'gpt-image-2' },
  ark: { provider: 'ark', model: 'doubao-seedream-4-0-250828' },
  comfyui: { provider: 'comfyui', model: 'qwen-image-edit-2509' },
  replicate: { provider: 'replicate', model: 'google/nano-banana-pro' },
  fal: { provider: 'fal', model: 'fal-ai/nano-banana-pro' },
} as const;
type Subject = keyof typeof SUBJECTS;
/** Where an API does not begin at the root. */
const API_PATHS: Readonly<Record<string, string>> = { openai: '/v1', ark: '/api/v3', replicate: '/v1' };

/** What is held so that the kill comes in this moment: a request of this purpose, the answer after its first part, or our own work. */
type Hold = 'order' | 'poll' | 'result' | 'upload' | 'free' | 'second part' | 'fit';
/** `made`: without another order. `unknown`: nothing is ordered again before a person says so. */
type Fate = 'made' | 'unknown';

/** One moment of one provider. */
interface Row {
  readonly subject: Subject;
  readonly hold: Hold;
  readonly fate: Fate;
  /** Orders that the provider has charged for when the service is killed. */
  readonly paid: 0 | 1;
}

const rows = (hold: Hold, fate: Fate, paid: 0 | 1, subjects = Object.keys(SUBJECTS) as Subject[]): Row[] =>
  subjects.map((subject) => ({ subject, hold, fate, paid }));

/** All rows of a moment are killed at once. */
const MOMENTS: readonly (readonly [string, readonly Row[]])[] = [
  ['its order was not answered', rows('order', 'unknown', 1)],
  [
    'its task was asked for, or its answer had begun',
    [
      ...rows('poll', 'made', 1, ['jiekou by task', 'comfyui', 'replicate', 'fal']),
      ...rows('second part', 'unknown', 1, ['openai']),
    ],
  ],
  [
    'its picture was downloaded',
    rows('result', 'made', 1, ['jiekou at once', 'jiekou by task', 'ark', 'comfyui', 'replicate', 'fal']),
  ],
  [
    'references were uploaded for it, or the answer of its task was read',
    [...rows('upload', 'unknown', 0, ['comfyui', 'replicate']), ...rows('free', 'made', 1, ['fal'])],
  ],
  ['its picture had come and was brought to its size', rows('fit', 'made', 1)],
];

describe('a first frame of a provider whose service was killed', () => {
  let stack: Stack;
  let scene: Buffer;
  const emulators = new Map<string, Emulator>();
  const openaiVariants: Record<string, string> = {};
  const emulatorOf = ({ subject }: Row) => emulators.get(SUBJECTS[subject].provider)!;

  beforeAll(async () => {
    scene = await drawScene();
    const environment: Record<string, string> = { FRAMESONG_IMAGE_WORKERS: '8' };
    for (const [provider, emulated] of Object.entries(EMULATORS)) {
      const emulator = await startEmulator(emulated, {
        variants: provider === 'openai' ? openaiVariants : { polls: '1' },
      });
      emulators.set(provider, emulator);
      const models = Object.values(SUBJECTS).filter((subject) => subject.provider === provider);
      const name = `FRAMESONG_${provider.toUpperCase()}`;
      environment[`${name}_BASE_URL`] = `${emulator.url}${API_PATHS[provider] ?? ''}`;
      environment[`${name}_API_KEY`] = emulator.key;
      environment[`${name}_PRICES`] = models.map(({ model }) => `${model}=${PRICE.amount}`).join(',');
    }
    stack = await startStack(environment);
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await Promise.all([...emulators.values()].map((emulator) => emulator.close()));
  }, SLOW_MS);

  describe.each(MOMENTS)('while %s', (moment, rowsOfMoment) => {
    const jobIds = new Map<Row, string>();
    /** How many requests each emulator had seen when the service was killed. */
    const seenBefore = new Map<Emulator, number>();
    const wish = ({ subject }: Row) => `Picture of ${subject}, as ${moment}.`;
    const paidOf = (row: Row) => emulatorOf(row).paid.all.filter(({ prompt }) => prompt.includes(wish(row)));
    const sinceKill = (row: Row) => emulatorOf(row).seen.slice(seenBefore.get(emulatorOf(row)));

    beforeAll(async () => {
      for (const row of rowsOfMoment) holdAt(row);
      const workers = rowsOfMoment.some(({ hold }) => hold === 'fit') ? descendantsOf(stack.imageGeneration.pid) : [];
      for (const { pid } of workers) process.kill(pid, 'SIGSTOP');
      const before = new Map([...emulators.values()].map((emulator) => [emulator, emulator.seen.length]));
      for (const row of rowsOfMoment) jobIds.set(row, (await submit(stack, requestOf(row))).id);
      await Promise.all(rowsOfMoment.map((row) => held(row, before.get(emulatorOf(row))!)));

      await stack.imageGeneration.end('SIGKILL');
      // They see that they are alone only when they run.
      for (const { pid } of workers) process.kill(pid, 'SIGCONT');
      for (const [name, emulator] of emulators) {
        await eventually(
          `the end of all connections to ${name}`,
          () => emulator.connections(),
          (open) => open === 0,
        );
        expect(emulator.pending).toBe(0);
        emulator.faults.replace([]);
        seenBefore.set(emulator, emulator.seen.length);
      }
      delete openaiVariants['end'];
      await stack.restartImageGeneration();
    }, SLOW_MS);

    function holdAt(row: Row): void {
      if (row.hold === 'second part') openaiVariants['end'] = 'held';
      else if (row.hold !== 'fit') emulatorOf(row).faults.replace([{ kind: 'hang', on: row.hold }]);
    }

    function requestOf(row: Row) {
      const shot = { id: '', prompt: wish(row), negativePrompt: '', style: '', characterIds: [] };
      return frameRequest({ shot, scene: inline(scene), ...SUBJECTS[row.subject], size: { width: 640, height: 360 } });
    }

    /** Resolves once this row is in its moment. @param before how many requests its emulator had seen when it was submitted */
    async function held(row: Row, before: number): Promise<void> {
      const { subject, hold } = row;
      const id = jobIds.get(row)!;
      if (hold === 'second part') {
        await watching(stack, id).seen(({ message }) => message === 'preview');
        return;
      }
      if (hold === 'fit') {
        await eventually(
          `the picture of ${subject}`,
          () => jobNow(stack, id),
          ({ cost }) => cost?.orders[0]?.state === OrderState.SETTLED,
        );
        return;
      }
      const { provider } = SUBJECTS[subject];
      const together = rowsOfMoment.filter((other) => SUBJECTS[other.subject].provider === provider).length;
      // A question may have been put twice by then, but not at two places.
      const places = () =>
        new Set(
          emulatorOf(row)
            .seen.slice(before)
            .filter(isOf(hold))
            .map(({ path }) => path),
        ).size;
      await eventually(
        `${hold} at ${subject}`,
        () => ({ places: places(), paid: paidOf(row).length }),
        (seen) => seen.places === together && seen.paid === row.paid,
      );
    }

    it.each(rowsOfMoment)(
      '$subject, at $hold: is $fate',
      async (row) => {
        const id = jobIds.get(row)!;
        const { provider, model } = SUBJECTS[row.subject];
        await watching(stack, id).all;
        const job = await ended(stack, id);
        expect(job.attempts).toBe(2);
        expect(paidOf(row)).toHaveLength(row.paid);
        expect(sinceKill(row).filter(isOf('order')).length).toBe(0);
        if (row.fate === 'made') {
          expect(frameOf(job)).toMatchObject({ engine: `${provider} ${model}`, size: { width: 640, height: 360 } });
          expect(job.cost).toMatchObject({
            totals: [{ currency: 'USD', spent: '0.05', atRisk: '0' }],
            orders: [{ provider, model, state: OrderState.SETTLED, actual: PRICE }],
          });
          if (row.hold === 'fit') expect(sinceKill(row)).toEqual([]);
          return;
        }
        expect(job).toMatchObject({ state: JobState.FAILED, outcome: Outcome.SENT_UNKNOWN });
        expect(errorOfRpcStatus(job.error!)).toMatchObject({ code: 'UNAVAILABLE', reason: 'ORDER_INTERRUPTED' });
        expect(job.cost).toMatchObject({
          totals: [{ currency: 'USD', spent: '0', atRisk: '0.05' }],
          orders: [{ provider, model, state: OrderState.AT_RISK, estimate: PRICE }],
        });
      },
      SLOW_MS,
    );

    it(
      'is ordered once more by a retry where nobody knows, and by nothing else; then nothing is left',
      async () => {
        const unknown = rowsOfMoment.filter(({ fate }) => fate === 'unknown');
        for (const row of unknown) await stack.framesong.imageGeneration.jobs.retryJob({ jobId: jobIds.get(row)! });
        for (const row of unknown) {
          const job = await ended(stack, jobIds.get(row)!);
          expect(frameOf(job).provider).toBe(SUBJECTS[row.subject].provider);
          expect(job.cost).toMatchObject({
            totals: [{ spent: '0.05', atRisk: '0.05' }],
            orders: [{ state: OrderState.AT_RISK }, { state: OrderState.SETTLED, actual: PRICE }],
          });
        }
        const paid = rowsOfMoment.map((row) => [row.subject, paidOf(row).length]);
        expect(paid).toEqual(rowsOfMoment.map((row) => [row.subject, row.paid + (row.fate === 'unknown' ? 1 : 0)]));
        // A kill may leave a file half written, which the store removes by its age.
        const states = [JobState.QUEUED, JobState.RUNNING];
        const page = { pageSize: 10, pageToken: '', states, labels: new Map<string, string>() };
        expect((await stack.framesong.imageGeneration.jobs.listJobs(page)).jobs).toEqual([]);
        expect([...emulators.values()].map(({ pending }) => pending)).toEqual([...emulators.values()].map(() => 0));
      },
      SLOW_MS,
    );
  });
});

function isOf(purpose: string): (request: SeenRequest) => boolean {
  return (request) => request.purpose === purpose;
}
