/** Lyrics of the project's own in the forms and scripts that callers send; every one is sung in every style. */
export const MEASURED_LYRICS: readonly string[] = [
  `[verse]
We drew the morning on a paper sky
and taught a row of little boats to fly
[chorus]
Frame by frame we find the light
frame by frame we hold it tight
[verse]
The river knows the colour of the rain
and carries every letter home again
[bridge]
Slow down, the evening is long
[chorus]
Frame by frame we find the light
frame by frame we hold it tight
`,
  `[前奏]
[主歌]
月光落在河面上
我轻轻唱一首歌
[导歌]
风吹过
[副歌]
回家吧回家吧
灯还亮着
[间奏]
[副歌]
回家吧回家吧
灯还亮着
[尾奏]
`,
  '[intro-short] ; [verse] a door. a window. a chair by the wall ; [chorus] stay. stay a little longer ; [outro-short]',
  `The lamps go out along the harbour road
one by one they let the evening in

Hold on, hold on
the tide is only half the way

Somebody left a coat upon the stair
and nobody has asked me when you come

Hold on, hold on
the tide is only half the way
`,
  `[verse]
きみのこえがきこえる
ゆきのまちで
[pre-chorus]
조용히 걸어가
[chorus]
oh oh oh
wait for me
[verse]
Extraordinarily unhurried, imaginary animals are wandering over the hill
[chorus]
oh oh oh
wait for me
[chorus]
oh oh oh
wait for me
`,
];
