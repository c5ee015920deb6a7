import { blankRaster } from '../raster/raster.ts';
import { drawCaption, drawLabel } from './draw-text.ts';
import { readFont } from './font-file.ts';
import { loadTypeface } from './fonts.ts';
import { brokenLines, textWidth } from './set-text.ts';

const ENGLISH = 'Scene 12: she waits alone for the last bus, on a wet road at night';
const CHINESE = '镜头十二：她独自在夜晚的公路边等末班车，雨刚停，远处“灯火”通明。';

describe('the typeface of captions', () => {
  it('has every character of usual Chinese and English text, whatever fonts the machine has', async () => {
    const typeface = await loadTypeface();
    const box = typeface.glyph('\u{1f600}').path;
    for (const character of new Set(ENGLISH + CHINESE + '的一是在不了有和人这中大为上个国龙凤舞，。《》'))
      expect(typeface.glyph(character).path).not.toBe(box);
    expect(typeface.glyph('字').advance).toBe(1000);
    expect(typeface.glyph('é').path.length).toBeGreaterThan(typeface.glyph('´').path.length);
  });

  it('refuses what is no font', () => {
    expect(() => readFont(Buffer.from('GIF89a, no font at all'))).toThrow('no WOFF');
  });
});

describe('breaking a caption into lines', () => {
  it.each([ENGLISH, CHINESE, `${CHINESE} ${ENGLISH}`])('keeps every line within its width: %s', async (text) => {
    const typeface = await loadTypeface();
    const lines = brokenLines(text, typeface, 11, 99);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(textWidth(line, typeface)).toBeLessThanOrEqual(11);
    expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  });

  it('breaks English between words, and Chinese never before a mark', async () => {
    const typeface = await loadTypeface();
    const words = new Set(ENGLISH.split(' '));
    for (const line of brokenLines(ENGLISH, typeface, 9, 99))
      for (const word of line.split(' ')) expect(words).toContain(word);
    for (const width of [5, 6, 7, 8, 9])
      for (const line of brokenLines(CHINESE, typeface, width, 99)) expect(line).not.toMatch(/^[，。：”]|“$/u);
  });

  it('ends what is too long with an ellipsis', async () => {
    const typeface = await loadTypeface();
    const lines = brokenLines(CHINESE.repeat(5), typeface, 12, 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/…$/u);
    expect(textWidth(lines[1]!, typeface)).toBeLessThanOrEqual(12);
  });
});

describe('a caption in a picture', () => {
  it.each([ENGLISH, CHINESE])('lies at the lower edge, the same each time: %s', async (text) => {
    const [first, second] = [blankRaster(640, 360, 3), blankRaster(640, 360, 3)];
    first.pixels.fill(120);
    second.pixels.fill(120);
    await drawCaption(first, text, 0.5);
    await drawCaption(second, text, 0.5);
    expect(Buffer.compare(Buffer.from(first.pixels), Buffer.from(second.pixels))).toBe(0);
    const bright = first.pixels.reduce((count, value) => count + (value > 200 ? 1 : 0), 0);
    expect(bright).toBeGreaterThan(1500);
    expect(first.pixels.subarray(0, 640 * 240 * 3).every((value) => value === 120)).toBe(true);
  });

  it('may label a box that reaches over the edge of the picture', async () => {
    const image = blankRaster(100, 60, 3);
    image.pixels.fill(250);
    await drawLabel(image, '小美 Mei', { x: -30, y: 40, width: 120, height: 30 }, 1);
    expect(image.pixels.some((value) => value < 120)).toBe(true);
  });
});
