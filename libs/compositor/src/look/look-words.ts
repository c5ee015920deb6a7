/** A look that a prompt can ask for. */
export type LookName =
  | 'night'
  | 'sunset'
  | 'warm'
  | 'cold'
  | 'fog'
  | 'dream'
  | 'rain'
  | 'snow'
  | 'paint'
  | 'lineart'
  | 'comic'
  | 'noir'
  | 'sepia';

/** The words for a look, and the family in which only one look can hold: the one named first. */
export interface LookWords {
  readonly name: LookName;
  readonly family: 'time' | 'temperature' | 'air' | 'glow' | 'rain' | 'snow' | 'medium' | 'tone';
  readonly words: RegExp;
}

/** All looks, in the order in which they are applied. */
export const LOOK_WORDS: readonly LookWords[] = [
  {
    name: 'night',
    family: 'time',
    words: /\b(?:night(?:time|fall)?|midnight|moonlit|moonlight)\b|夜(?:晚|里|间|色|景|幕)?|月光|午夜/giu,
  },
  {
    name: 'sunset',
    family: 'time',
    words: /\b(?:sunset|sunrise|golden hour|dusk|dawn|evening)\b|黄昏|夕阳|日落|傍晚|日出|黎明|清晨/giu,
  },
  { name: 'warm', family: 'temperature', words: /\b(?:warm|cozy|cosy)\b|温暖|温馨|暖色调?/giu },
  { name: 'cold', family: 'temperature', words: /\b(?:cold|icy|cyberpunk)\b|寒冷|冰冷|冷色调?|赛博朋克?/giu },
  { name: 'fog', family: 'air', words: /\b(?:fog|foggy|mist|misty|haze|hazy)\b|大?雾(?:气|天)?|朦胧/giu },
  {
    name: 'dream',
    family: 'glow',
    words: /\b(?:dream(?:y|like)?|glow(?:ing)?|soft light|romantic)\b|梦幻|唯美|柔光|浪漫/giu,
  },
  {
    name: 'rain',
    family: 'rain',
    words: /\b(?:rain(?:y|ing|fall)?|storm(?:y)?|downpour)\b|[大暴细]?雨(?:天|中|夜)?/giu,
  },
  {
    name: 'snow',
    family: 'snow',
    words: /\b(?:snow(?:y|ing|fall)?|blizzard|winter)\b|[大飘]?雪(?!白)(?:天|地|中|景)?|冬(?:天|日|季)/giu,
  },
  {
    name: 'paint',
    family: 'medium',
    words: /\b(?:(?:oil |hand[- ])?paint(?:ing|ed|erly)|watercolou?r|gouache)\b|水彩画?|油画|手绘/giu,
  },
  {
    name: 'lineart',
    family: 'medium',
    words: /\b(?:line ?art|line drawing|sketch(?:y|ed)?|pencil(?: drawing)?)\b|线稿|素描|草图|铅笔画?/giu,
  },
  { name: 'comic', family: 'medium', words: /\b(?:comics?|manga|cartoon|cel[- ]shad(?:ed|ing))\b|漫画|卡通/giu },
  { name: 'noir', family: 'tone', words: /\b(?:noir|monochrome|black[- ]and[- ]white|b&w)\b|黑白/giu },
  { name: 'sepia', family: 'tone', words: /\b(?:sepia|vintage|retro|old photo(?:graph)?)\b|复古|怀旧|老照片/giu },
];
