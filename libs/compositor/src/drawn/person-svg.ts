/** How a drawn person looks. */
export interface PersonLook {
  readonly skin: string;
  readonly hair: string;
  readonly hairStyle: 'short' | 'long' | 'bun' | 'bald' | 'hat' | 'wild';
  readonly top: string;
  readonly bottom: string;
  readonly outfit: 'jacket' | 'robe' | 'suit' | 'dress';
  readonly pose: 'rest' | 'wave' | 'akimbo' | 'staff';
  readonly glasses?: boolean;
  readonly beard?: string;
  /** 1 for a grown-up, larger for the big head of a child or a cartoon. */
  readonly headSize?: number;
}

/** Size of the drawing. */
export const PERSON_WIDTH = 1000;
export const PERSON_HEIGHT = 1400;

/** A standing person on nothing, with folds, shaded sides and the texture of cloth; feet at 1290 of 1400. */
export function personSvg(look: PersonLook): string {
  const { skin, hair, top, headSize = 1 } = look;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${PERSON_WIDTH}" height="${PERSON_HEIGHT}" viewBox="0 0 ${PERSON_WIDTH} ${PERSON_HEIGHT}">
<defs>
  <filter id="cloth" filterUnits="userSpaceOnUse" x="0" y="0" width="${PERSON_WIDTH}" height="${PERSON_HEIGHT}"><feTurbulence type="fractalNoise" baseFrequency=".035 .012" numOctaves="4" seed="3" result="n"/>
    <feColorMatrix in="n" values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  1.7 0 0 0 -.62" result="dark"/>
    <feComposite in="dark" in2="SourceGraphic" operator="in" result="folds"/>
    <feMerge><feMergeNode in="SourceGraphic"/><feMergeNode in="folds"/></feMerge></filter>
  <linearGradient id="side" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#fff" stop-opacity=".2"/>
    <stop offset=".45" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".4"/></linearGradient>
</defs>
<g transform="translate(500 330) scale(${headSize}) translate(-500 -330)">${hairBehind(look)}</g>
<g filter="url(#cloth)">${lowerBody(look)}${arm(look, true)}${torso(look)}${arm(look, false)}</g>
<path d="M474 300 h52 v62 q-26 26 -52 0 Z" fill="${skin}"/><path d="M474 318 q26 22 52 0 v20 q-26 22 -52 0 Z" fill="#000" fill-opacity=".18"/>
${hands(look)}
<g transform="translate(500 330) scale(${headSize}) translate(-500 -330)">
  <ellipse cx="500" cy="228" rx="66" ry="92" fill="${skin}"/><ellipse cx="500" cy="228" rx="66" ry="92" fill="url(#side)"/>
  ${FACE}${look.glasses ? GLASSES : ''}
  ${look.beard ? `<path d="M440 260 q60 40 120 0 q-6 84 -60 96 q-54 -12 -60 -96 Z M478 280 q22 10 44 0" fill="${look.beard}" fill-rule="evenodd"/>` : ''}
  ${hairInFront(look.hairStyle, hair, top)}
</g>
</svg>`;
}

const FACE = `<path d="M452 210 q16 -10 32 -1 M516 209 q16 -9 32 1" fill="none" stroke="#2c1d16" stroke-width="6" stroke-linecap="round"/>
<ellipse cx="470" cy="230" rx="11" ry="7" fill="#fff"/><ellipse cx="530" cy="230" rx="11" ry="7" fill="#fff"/>
<circle cx="471" cy="230" r="6.5" fill="#22160f"/><circle cx="531" cy="230" r="6.5" fill="#22160f"/>
<path d="M500 234 q-8 24 -3 29 q6 4 11 0" fill="none" stroke="#000" stroke-opacity=".35" stroke-width="4" stroke-linecap="round"/>
<path d="M478 287 q22 12 44 -1" fill="none" stroke="#9b3f38" stroke-width="6" stroke-linecap="round"/>`;

const GLASSES = `<g fill="#bcd" fill-opacity=".25" stroke="#1c1c22" stroke-width="5"><circle cx="470" cy="231" r="22"/><circle cx="530" cy="231" r="22"/>
<path d="M492 229 q8 -6 16 0 M448 228 l-14 -4 M552 228 l14 -4" fill="none"/></g>`;

function hairBehind({ hairStyle, hair }: PersonLook): string {
  if (hairStyle === 'long')
    return `<path d="M414 230 C400 110 600 110 586 230 C584 320 612 400 590 500 C540 530 460 530 410 500 C388 400 416 320 414 230 Z" fill="${hair}"/>`;
  if (hairStyle !== 'wild') return '';
  // Loose strands all around: the hardest part of a cut-out.
  const strands = Array.from({ length: 46 }, (_, n) => {
    const angle = Math.PI * (0.86 + (n / 45) * 1.28);
    const reach = 116 + 38 * Math.abs(Math.sin(n * 12.9));
    const x = 500 + Math.cos(angle) * reach;
    const y = 216 + Math.sin(angle) * reach;
    return `M${(500 + Math.cos(angle) * 58).toFixed(1)} ${(216 + Math.sin(angle) * 70).toFixed(1)} Q${(x + 14).toFixed(1)} ${(y - 6).toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `<ellipse cx="500" cy="206" rx="92" ry="96" fill="${hair}"/><path d="${strands.join(' ')}" fill="none" stroke="${hair}" stroke-width="4"/>`;
}

function hairInFront(style: PersonLook['hairStyle'], hair: string, top: string): string {
  switch (style) {
    case 'bald':
      return '';
    case 'hat':
      return `<path d="M404 182 q96 -34 192 0 l-4 20 q-92 -28 -184 0 Z" fill="${top}"/><path d="M432 184 C424 92 576 92 568 184 q-68 -22 -136 0 Z" fill="${top}"/>
        <path d="M432 172 q68 -22 136 0 v14 q-68 -22 -136 0 Z" fill="#1d1a18"/>`;
    case 'bun':
      return `<circle cx="500" cy="112" r="38" fill="${hair}"/><path d="M430 236 C412 110 588 110 570 236 C556 180 530 168 500 168 C470 168 444 180 430 236 Z" fill="${hair}"/>`;
    case 'short':
    case 'long':
    case 'wild':
      return `<path d="M428 244 C406 104 594 104 572 244 C566 200 548 182 520 180 C480 196 446 190 428 244 Z" fill="${hair}"/>`;
  }
}

function lowerBody({ outfit, bottom, top }: PersonLook): string {
  switch (outfit) {
    case 'robe':
      return `<path d="M400 700 C380 920 330 1120 300 1272 q200 44 400 0 C670 1120 620 920 600 700 Z" fill="${top}"/>
        <path d="M486 720 L470 1290 h60 L514 720 Z" fill="${bottom}"/>`;
    case 'dress':
      return `<path d="M452 900 l4 350 q-22 14 -22 38 h56 l6 -380 Z M548 900 l-4 350 q22 14 22 38 h-56 l-6 -380 Z" fill="#d9b79a"/>
        <path d="M404 660 C390 800 350 930 330 1000 q170 60 340 0 C650 930 610 800 596 660 Z" fill="${bottom}"/>`;
    case 'jacket':
    case 'suit':
      return `<path d="M400 700 L412 1240 q-34 14 -38 48 h112 L502 820 L520 700 Z" fill="${bottom}"/><path d="M600 700 L588 1240 q34 14 38 48 h-112 L498 820 L480 700 Z" fill="${bottom}"/>
        <path d="M412 1240 q-34 14 -38 48 h112 l2 -40 Z M588 1240 q34 14 38 48 h-112 l-2 -40 Z" fill="#241c18"/>`;
  }
}

function torso({ outfit, top, bottom }: PersonLook): string {
  const body =
    'M396 376 C440 346 560 346 604 376 C622 480 602 620 606 740 C560 764 440 764 394 740 C398 620 378 480 396 376 Z';
  const detail = {
    jacket: `<path d="M500 360 V752" stroke="#000" stroke-opacity=".4" stroke-width="5"/><path d="M420 640 h58 v56 h-58 Z M522 640 h58 v56 h-58 Z" fill="#000" fill-opacity=".15"/>`,
    suit: `<path d="M460 352 L500 480 L540 352 Z" fill="#eceef0"/><path d="M492 380 h16 l8 90 l-16 26 l-16 -26 Z" fill="#7c1f2b"/>`,
    robe: `<path d="M440 352 L512 560 M560 352 L470 600" stroke="${bottom}" stroke-width="26"/><path d="M394 640 h212 v44 h-212 Z" fill="${bottom}"/>`,
    dress: `<path d="M398 640 h204 v26 h-204 Z" fill="#000" fill-opacity=".25"/>`,
  }[outfit];
  return `<path d="${body}" fill="${top}"/><path d="${body}" fill="url(#side)"/>${detail}`;
}

// Shoulder, elbow and hand of each arm.
function joints(pose: PersonLook['pose'], left: boolean): readonly [number, number][] {
  const side = left ? -1 : 1;
  const mirrored = (x: number): number => 500 + side * x;
  if (pose === 'wave' && !left)
    return [
      [mirrored(92), 400],
      [mirrored(190), 340],
      [mirrored(216), 170],
    ];
  if (pose === 'akimbo')
    return [
      [mirrored(92), 402],
      [mirrored(212), 560],
      [mirrored(112), 670],
    ];
  if (pose === 'staff' && !left)
    return [
      [mirrored(92), 402],
      [mirrored(180), 540],
      [mirrored(232), 470],
    ];
  return [
    [mirrored(94), 402],
    [mirrored(140), 560],
    [mirrored(150), 712],
  ];
}

function arm({ pose, top, outfit }: PersonLook, left: boolean): string {
  const [shoulder, elbow, hand] = joints(pose, left);
  const width = outfit === 'robe' ? 86 : 62;
  const d = `M${shoulder!.join(' ')} L${elbow!.join(' ')} L${hand!.join(' ')}`;
  const dark = left
    ? ''
    : `<path d="${d}" fill="none" stroke="#000" stroke-opacity=".28" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"/>`;
  return `<path d="${d}" fill="none" stroke="${top}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"/>${dark}`;
}

function hands({ pose, skin }: PersonLook): string {
  const circles = [true, false].map((left) => {
    const [, elbow, hand] = joints(pose, left);
    const x = hand![0] + (hand![0] - elbow![0]) * 0.12;
    const y = hand![1] + (hand![1] - elbow![1]) * 0.2;
    return `<circle cx="${x}" cy="${y}" r="27" fill="${skin}"/>`;
  });
  const staff =
    pose === 'staff' ? '<path d="M736 150 L728 1286" stroke="#6b4a2b" stroke-width="16" stroke-linecap="round"/>' : '';
  return staff + circles.join('');
}
