import type { Placing, ReferencePlan, SubjectName } from './drawn-references.ts';
import type { SceneName } from './drawn-scenes.ts';

/** One frame of the contact sheet. */
export interface SheetCase {
  readonly title: string;
  readonly scene: SceneName;
  readonly prompt: string;
  readonly characters: readonly (ReferencePlan | 'mei' | 'tao' | 'dou' | SceneName)[];
  readonly size?: readonly [number, number];
  readonly seed?: number;
  readonly caption?: string;
}

const whole = (who: SubjectName): Placing => ({ who, x: 0.5, feet: 0.95, height: 0.86 });
const on = (before: ReferencePlan['before'], who: SubjectName, more: Partial<ReferencePlan> = {}): ReferencePlan => ({
  before,
  subjects: [whole(who)],
  ...more,
});
const bust = (before: ReferencePlan['before'], who: SubjectName): ReferencePlan => ({
  before,
  subjects: [{ who, x: 0.5, feet: 2, height: 1.9 }],
  width: 900,
  height: 1000,
});
const animal = (before: ReferencePlan['before'], who: SubjectName): ReferencePlan => ({
  before,
  subjects: [{ who, x: 0.5, feet: 0.9, height: 0.72 }],
  width: 1300,
  height: 1000,
});

const GREY = ['#dfe3e6', '#b4bcc4'] as const;
const CREAM = ['#f3ede1', '#d8cfbd'] as const;

/** The cases, in the order of the sheet. */
export const SHEET_CASES: readonly SheetCase[] = [
  {
    title: 'sample: two keyed, a dog with alpha',
    scene: 'hillside',
    prompt: 'full shot, warm',
    characters: ['mei', 'tao', 'dou'],
  },
  { title: 'wild hair before grey paper', scene: 'forest', prompt: 'she waves', characters: [on(GREY, 'vera')] },
  {
    title: 'dark suit, dark paper, rain',
    scene: 'street',
    prompt: 'rain at night',
    characters: [on(['#30323a', '#1d1e24'], 'kane')],
  },
  {
    title: 'green screen and grey paper',
    scene: 'beach',
    prompt: 'full shot',
    characters: [on('#1fb24a', 'omar'), on(GREY, 'ada')],
  },
  {
    title: 'two busts by a window',
    scene: 'room',
    prompt: 'they talk',
    characters: [bust(CREAM, 'ada'), bust(GREY, 'omar')],
  },
  {
    title: 'painterly background',
    scene: 'mountains',
    prompt: 'oil painting',
    characters: [on(CREAM, 'lin'), on(GREY, 'chen')],
  },
  {
    title: 'white on white, into snow',
    scene: 'snowfield',
    prompt: 'snow',
    characters: [on(['#f4f5f6', '#e4e6e8'], 'snow'), on(GREY, 'kane')],
  },
  {
    title: 'six cut-out characters',
    scene: 'temple',
    prompt: 'a group',
    characters: [
      on(CREAM, 'lin'),
      on(GREY, 'omar'),
      on(GREY, 'chen'),
      on(GREY, 'vera'),
      on(CREAM, 'ada'),
      on(GREY, 'kane'),
    ],
  },
  {
    title: 'cartoon child and cat',
    scene: 'cartoon',
    prompt: 'cartoon',
    characters: [on('#ffffff', 'pip'), animal('#ffffff', 'cat')],
  },
  {
    title: 'horse, rider beside it',
    scene: 'desert',
    prompt: 'wide shot at sunset',
    characters: [animal(CREAM, 'horse'), on(GREY, 'kane')],
  },
  { title: 'ink landscape', scene: 'ink', prompt: '老人站在山前', characters: [on(CREAM, 'chen')] },
  { title: 'dark cave', scene: 'cave', prompt: 'full shot', characters: [on('nothing', 'vera'), on(GREY, 'omar')] },
  { title: 'close-up of one', scene: 'alley', prompt: 'close-up', characters: [on(GREY, 'ada')] },
  {
    title: 'close-up of two',
    scene: 'street',
    prompt: 'close-up, night',
    characters: [on(GREY, 'lin'), on(CREAM, 'omar')],
  },
  { title: 'close-up of a cat', scene: 'room', prompt: 'close-up', characters: [animal(GREY, 'cat')] },
  {
    title: 'person before a forest',
    scene: 'hillside',
    prompt: 'full shot',
    characters: [on({ scene: 'forest' }, 'lin')],
  },
  {
    title: 'two people in one photo',
    scene: 'beach',
    prompt: 'full shot',
    characters: [
      {
        before: { scene: 'hillside' },
        width: 1200,
        height: 1000,
        subjects: [
          { who: 'omar', x: 0.45, feet: 0.95, height: 0.82 },
          { who: 'vera', x: 0.78, feet: 0.95, height: 0.8 },
        ],
      },
    ],
  },
  {
    title: 'three people on one plain sheet',
    scene: 'forest',
    prompt: 'full shot',
    characters: [
      {
        before: GREY,
        width: 1300,
        height: 1000,
        subjects: [
          { who: 'kane', x: 0.2, feet: 0.95, height: 0.85 },
          { who: 'lin', x: 0.5, feet: 0.95, height: 0.82 },
          { who: 'ada', x: 0.8, feet: 0.95, height: 0.85 },
        ],
      },
    ],
  },
  {
    title: 'arm of a neighbour',
    scene: 'temple',
    prompt: 'medium shot',
    characters: [
      {
        before: GREY,
        width: 1000,
        height: 1000,
        subjects: [
          { who: 'omar', x: 0.86, feet: 1.4, height: 1.3 },
          { who: 'ada', x: 0.42, feet: 1.4, height: 1.3 },
        ],
      },
    ],
  },
  {
    title: 'fox, cat, bird on plain paper',
    scene: 'forest',
    prompt: 'full shot',
    characters: [animal(CREAM, 'fox'), animal(GREY, 'cat'), animal('#ffffff', 'bird')],
  },
  {
    title: 'animals before photos',
    scene: 'snowfield',
    prompt: 'full shot',
    characters: [animal({ scene: 'beach' }, 'horse'), animal({ scene: 'hillside' }, 'cat')],
  },
  {
    title: 'fox in a meadow close-up',
    scene: 'hillside',
    prompt: 'close-up',
    characters: [animal({ scene: 'beach' }, 'fox')],
  },
  {
    title: 'six mixed',
    scene: 'beach',
    prompt: 'they gather',
    characters: ['mei', on(GREY, 'pip'), animal(CREAM, 'horse'), 'tao', 'dou', 'temple'],
  },
  {
    title: 'reference of 150 pixels',
    scene: 'room',
    prompt: 'full shot',
    characters: [on(GREY, 'omar', { width: 112, height: 150 })],
  },
  {
    title: 'coarse JPEG, much grain',
    scene: 'mountains',
    prompt: 'medium shot',
    characters: [on(CREAM, 'vera', { quality: 35, grain: 9 })],
  },
  {
    title: 'noir',
    scene: 'street',
    prompt: 'film noir, medium shot',
    characters: [on(GREY, 'kane'), on(CREAM, 'lin')],
  },
  { title: 'line art', scene: 'temple', prompt: 'pencil sketch', characters: [on(CREAM, 'chen'), on(GREY, 'pip')] },
  { title: 'comic', scene: 'alley', prompt: 'comic', characters: [on('#1fb24a', 'ada'), 'tao'], size: [1280, 720] },
  {
    title: 'fog, wide',
    scene: 'hillside',
    prompt: 'wide shot in fog',
    characters: [on(GREY, 'omar'), on(GREY, 'vera'), animal(CREAM, 'fox')],
  },
  {
    title: 'upright frame',
    scene: 'alley',
    prompt: 'full shot',
    characters: [on(CREAM, 'lin'), on(GREY, 'kane'), 'dou'],
    size: [720, 1280],
  },
  {
    title: 'caption in Chinese, a card with a name',
    scene: 'street',
    prompt: 'rain at night',
    characters: [on(GREY, 'ada'), 'hillside'],
    caption: '镜头十二：她独自在夜晚的公路边等末班车，雨刚停，远处“灯火”通明；照片里是回家的路。',
  },
  {
    title: 'caption in English',
    scene: 'desert',
    prompt: 'at sunset',
    characters: [on(CREAM, 'chen'), animal(CREAM, 'horse')],
    caption: 'Scene 4: the old man and his horse have come to the last dune before the sea.',
  },
];
