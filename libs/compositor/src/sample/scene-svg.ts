import { seededRandom } from '../seeded-random.ts';

const WIDTH = 1600;
const HEIGHT = 900;

/** A road that winds up a hillside towards a low sun, with far hills, trees, poles and grass. */
export function sceneSvg(): string {
  const random = seededRandom(7);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<defs>
  <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#4d6f9e"/><stop offset=".45" stop-color="#b9a6b4"/><stop offset=".8" stop-color="#f3bd86"/>
    <stop offset="1" stop-color="#f9d9a2"/>
  </linearGradient>
  <radialGradient id="sun" cx="1180" cy="392" r="430" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#fff6d8"/><stop offset=".08" stop-color="#ffe6ae" stop-opacity=".95"/>
    <stop offset=".35" stop-color="#ffcf8a" stop-opacity=".4"/><stop offset="1" stop-color="#ffc27a" stop-opacity="0"/>
  </radialGradient>
  <linearGradient id="meadow" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#9a9a5c"/><stop offset=".4" stop-color="#74803f"/><stop offset="1" stop-color="#3f4e27"/>
  </linearGradient>
  <linearGradient id="road" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#b39a86"/><stop offset=".4" stop-color="#857a75"/><stop offset="1" stop-color="#5f5c60"/>
  </linearGradient>
</defs>
<rect width="${WIDTH}" height="470" fill="url(#sky)"/>
${clouds(random)}
<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sun)"/>
${ridge(random, 392, 26, '#a59aa8')}
${ridge(random, 424, 34, '#8f8a8c')}
${ridge(random, 458, 30, '#857f68')}
<path d="M0 498 C300 452 520 470 820 482 S1340 470 1600 446 V900 H0 Z" fill="url(#meadow)"/>
${trees(random)}
<path d="M1000 484 C930 506 1090 520 1010 556 C930 592 640 600 560 690 C510 750 470 830 430 900 H1330
  C1250 790 1010 700 1050 610 C1070 566 1150 522 1012 484 Z" fill="url(#road)"/>
<path d="M1003 487 C985 510 1075 524 1036 560 C990 600 840 640 850 720 C855 780 870 840 880 900" fill="none"
  stroke="#e9dcc0" stroke-opacity=".75" stroke-width="5" stroke-dasharray="34 26"/>
${poles()}
${grass(random)}
</svg>`;
}

function clouds(random: () => number): string {
  const puff = () => {
    const x = random() * WIDTH;
    const y = 60 + random() * 230;
    const length = 90 + random() * 190;
    return `<ellipse cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" rx="${length.toFixed(1)}" ry="${(5 + random() * 11).toFixed(1)}"
      fill="#ffe9d2" fill-opacity="${(0.1 + random() * 0.16).toFixed(2)}"/>`;
  };
  return Array.from({ length: 34 }, puff).join('');
}

function ridge(random: () => number, base: number, rise: number, colour: string): string {
  const phase = random() * 6;
  const points: string[] = [];
  for (let x = 0; x <= WIDTH; x += 10) {
    const wave = Math.sin(x / 170 + phase) + 0.5 * Math.sin(x / 67 + phase * 2) + 0.16 * random();
    points.push(`L${x} ${(base - rise * (0.6 + 0.5 * wave)).toFixed(1)}`);
  }
  return `<path d="M0 ${HEIGHT} ${points.join(' ')} L${WIDTH} ${HEIGHT} Z" fill="${colour}"/>`;
}

function trees(random: () => number): string {
  const parts: string[] = [];
  for (let n = 0; n < 26; n++) {
    const right = n % 2 === 0;
    const depth = random() ** 1.4;
    const x = right ? 1150 + random() * 450 : random() * 560;
    const y = 486 + depth * 90;
    const size = 20 + depth * 62;
    const dark = Math.round(62 + 40 * (1 - depth));
    parts.push(`<rect x="${(x - size * 0.05).toFixed(1)}" y="${(y - size * 0.5).toFixed(1)}" width="${(size * 0.1).toFixed(1)}"
      height="${(size * 0.55).toFixed(1)}" fill="#4a3c2f"/>`);
    for (let leaf = 0; leaf < 16; leaf++) {
      const angle = random() * 6.283;
      const reach = random() * size * 0.42;
      const tone = dark + Math.round(random() * 34) + (Math.cos(angle) > 0 ? 16 : 0);
      parts.push(`<circle cx="${(x + Math.cos(angle) * reach).toFixed(1)}" cy="${(y - size * 0.92 + Math.sin(angle) * reach).toFixed(1)}"
        r="${(size * (0.14 + random() * 0.14)).toFixed(1)}" fill="rgb(${tone + 10},${tone + 14},${Math.round(tone * 0.5)})"/>`);
    }
  }
  return parts.join('');
}

function poles(): string {
  const feet = [
    { x: 1420, y: 760, size: 470 },
    { x: 1225, y: 610, size: 210 },
    { x: 1168, y: 548, size: 104 },
    { x: 1108, y: 512, size: 52 },
  ];
  const posts = feet.map(
    ({ x, y, size }) => `<path d="M${x} ${y} V${y - size} M${x - size * 0.13} ${y - size * 0.9} h${size * 0.26}
      M${x - size * 0.1} ${y - size * 0.82} h${size * 0.2}" stroke="#3b322d" stroke-width="${size * 0.022}"/>`,
  );
  const wires = feet.slice(1).map(({ x, y, size }, i) => {
    const near = feet[i]!;
    const from = `${near.x - near.size * 0.12} ${near.y - near.size * 0.9}`;
    const to = `${x - size * 0.12} ${y - size * 0.9}`;
    return `<path d="M${from} Q${(near.x + x) / 2} ${near.y - near.size * 0.62} ${to}" fill="none" stroke="#3b322d" stroke-width="1.6"/>`;
  });
  return posts.join('') + wires.join('');
}

function grass(random: () => number): string {
  const blades: string[] = [];
  for (let n = 0; n < 3600; n++) {
    const depth = random() ** 0.7;
    const y = 505 + depth * 395;
    const x = random() * WIDTH;
    // The road's two edges, roughly: nothing grows between them.
    const leftEdge = y > 690 ? 560 - (y - 690) * 0.62 : y > 600 ? 1010 - (y - 560) * 3.4 : 960;
    const rightEdge = y > 690 ? 1080 + (y - 690) * 1.2 : 1085;
    if (x > leftEdge - 12 && x < rightEdge + 12) continue;
    const length = 4 + depth * 22;
    const tone = Math.round(70 + random() * 80);
    blades.push(`<path d="M${x.toFixed(1)} ${y.toFixed(1)} q${(random() * 4 - 2).toFixed(1)} ${(-length * 0.6).toFixed(1)}
      ${(random() * 10 - 5).toFixed(1)} ${(-length).toFixed(1)}" fill="none" stroke="rgb(${tone + 12},${tone + 14},${Math.round(tone * 0.45)})"
      stroke-opacity=".55" stroke-width="${(0.8 + depth * 1.8).toFixed(1)}"/>`);
  }
  return blades.join('');
}
