import sharp from 'sharp';
import { composeFrame, createCutoutCache, drawSample, renderFirstFrame } from './index.ts';
import type { FirstFrameRequest, FramePreview, FrameProgress, Sample } from './index.ts';
import { lumaOf, structuralSimilarity } from './testing/structural-similarity.ts';

const cutouts = createCutoutCache();
let sample: Sample;

beforeAll(async () => {
  sample = await drawSample({ scale: 0.8 });
});

function sampleRequest(prompt: string): FirstFrameRequest {
  const { scene, characters } = sample;
  return {
    cutouts,
    scene: scene.bytes,
    characters: characters.map(({ id, name, bytes }) => ({ id, name, image: bytes })),
    prompt,
    seed: 4,
    width: 1280,
    height: 720,
  };
}

describe('a first frame with a preview', () => {
  it.each(['they wait', 'medium shot at dusk'])(
    'shows in its preview what the full frame will be: %s',
    async (prompt) => {
      const previews: FramePreview[] = [];
      const request = sampleRequest(prompt);
      const frame = await renderFirstFrame({ ...request, onPreview: (preview) => void previews.push(preview) });
      expect(previews).toHaveLength(1);
      const [{ bytes, width, height }] = previews as [FramePreview];
      expect([width, height]).toEqual([640, 360]);
      const preview = await sharp(bytes).raw().toBuffer();
      const raw = { width: 1280, height: 720, channels: 3 } as const;
      const small = await sharp(Buffer.from(frame.pixels), { raw }).resize(640, 360).raw().toBuffer();
      expect(structuralSimilarity(lumaOf(preview), lumaOf(small), 640)).toBeGreaterThanOrEqual(0.93);
    },
  );

  it('cuts out once, previews, then renders in full; the result is that of a frame composed alone', async () => {
    const events: (FrameProgress['stage'] | 'preview')[] = [];
    const totals = new Set<number>();
    const request = { ...sampleRequest('snow'), width: 640, height: 360, previewWidth: 320 };
    const frame = await renderFirstFrame({
      ...request,
      onProgress: ({ stage, total }) => {
        events.push(stage);
        totals.add(total);
      },
      onPreview: () => void events.push('preview'),
    });
    const render = ['stage', 'composite', 'style', 'finish'];
    expect(events).toEqual(['scene', 'cut_out', 'cut_out', 'cut_out', ...render, 'preview', ...render]);
    expect(totals).toEqual(new Set([12]));
    const alone = await composeFrame(request);
    expect(Buffer.compare(Buffer.from(frame.pixels), Buffer.from(alone.pixels))).toBe(0);
  });

  it('does not start the full render when it is cancelled during the preview', async () => {
    const controller = new AbortController();
    let finished = 0;
    const request: FirstFrameRequest = {
      ...sampleRequest('night'),
      characters: [],
      signal: controller.signal,
      onProgress: () => finished++,
      onPreview: () => controller.abort(),
    };
    await expect(renderFirstFrame(request)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(finished).toBe(5);
  });

  it('fails with what the taker of the preview throws', async () => {
    const full = new Error('disk full');
    const request = { ...sampleRequest(''), characters: [], onPreview: () => Promise.reject(full) };
    await expect(renderFirstFrame(request)).rejects.toBe(full);
  });
});
