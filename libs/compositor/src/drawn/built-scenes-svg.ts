import { seededRandom } from '../seeded-random.ts';

function picture(width: number, height: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><defs>
<filter id="soft"><feGaussianBlur stdDeviation="9"/></filter><filter id="glow"><feGaussianBlur stdDeviation="26"/></filter>
<filter id="rough" x="0" y="0" width="1" height="1"><feTurbulence type="fractalNoise" baseFrequency=".02 .3" numOctaves="3" seed="9" result="n"/><feColorMatrix in="n" values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  1 0 0 0 -.35" result="d"/><feComposite in="d" in2="SourceGraphic" operator="in" result="t"/><feMerge><feMergeNode in="SourceGraphic"/><feMergeNode in="t"/></feMerge></filter>
</defs>${content}</svg>`;
}

/** A wet street at night between lit windows. */
export function streetSvg(): string {
  const random = seededRandom(31);
  const houses = Array.from({ length: 9 }, (_, n) => {
    const left = n < 5;
    const depth = left ? n : n - 5;
    const x = left ? depth * 125 - 60 : 1340 - (depth + 1) * 150;
    const top = 40 + depth * 62;
    const windows = Array.from({ length: 22 }, (_, w) =>
      random() < 0.45
        ? `<rect x="${x + 16 + (w % 3) * 42}" y="${top + 30 + Math.floor(w / 3) * 56}" width="24" height="32" fill="${random() < 0.5 ? '#f7c873' : '#8fd0e8'}" fill-opacity="${(0.5 + random() * 0.5).toFixed(2)}"/>`
        : '',
    );
    return `<rect x="${x}" y="${top}" width="150" height="520" fill="rgb(${20 + depth * 7},${22 + depth * 8},${34 + depth * 9})"/>${windows.join('')}`;
  });
  const lights = Array.from({ length: 26 }, () => {
    const x = 430 + random() * 480;
    const y = 470 + random() * 90;
    const colour = ['#ff5470', '#ffb347', '#59d0ff', '#c77dff'][Math.floor(random() * 4)]!;
    return `<circle cx="${x.toFixed(0)}" cy="${y.toFixed(0)}" r="${(4 + random() * 9).toFixed(0)}" fill="${colour}"/><rect x="${x.toFixed(0)}" y="570" width="9" height="${(40 + random() * 110).toFixed(0)}" fill="${colour}" fill-opacity=".35" filter="url(#soft)"/>`;
  });
  return picture(
    1280,
    720,
    `<rect width="1280" height="720" fill="#0b0d18"/>${houses.join('')}<path d="M0 720 L0 620 L520 540 H800 L1280 620 V720 Z" fill="#191b26"/>${lights.join('')}
<ellipse cx="640" cy="500" rx="260" ry="60" fill="#ff9d5c" fill-opacity=".3" filter="url(#glow)"/>`,
  );
}

/** A room with boards, and a bright window on the left. */
export function roomSvg(): string {
  const boards = Array.from(
    { length: 14 },
    (_, n) => `<path d="M640 380 L${n * 200 - 700} 720" stroke="#3d2616" stroke-width="3"/>`,
  );
  return picture(
    1280,
    720,
    `<rect width="1280" height="720" fill="#b7a58c"/><path d="M0 0 L300 120 V500 L0 660 Z" fill="#d1c2a8"/><path d="M980 120 L1280 0 V660 L980 500 Z" fill="#83725e"/>
<rect x="300" y="120" width="680" height="380" fill="#a8967e"/><path d="M0 660 L300 500 H980 L1280 660 V720 H0 Z" fill="#8a5c38" filter="url(#rough)"/>${boards.join('')}<path d="M0 0 H1280 L980 120 H300 Z" fill="#c9bda9"/>
<path d="M60 130 L230 175 V430 L60 500 Z" fill="#fdfaf0"/><path d="M145 152 V464 M60 310 L230 300" stroke="#6b5641" stroke-width="9"/><path d="M60 500 L230 430 L700 640 L430 720 Z" fill="#fff3d0" fill-opacity=".33" filter="url(#soft)"/>
<rect x="560" y="190" width="150" height="110" fill="#5a4632"/><rect x="572" y="202" width="126" height="86" fill="#7fa0a5"/><path d="M780 390 h170 v110 h-170 Z" fill="#5d3d26"/><circle cx="865" cy="340" r="52" fill="#4c6b3c"/>`,
  );
}

/** The court of a temple: red pillars, lanterns, flagstones. */
export function templeSvg(): string {
  const pillars = [90, 340, 900, 1150].map(
    (x) =>
      `<rect x="${x}" y="150" width="52" height="400" fill="#8e2a20"/><rect x="${x + 34}" y="150" width="18" height="400" fill="#561711"/><rect x="${x - 10}" y="545" width="72" height="22" fill="#77716a"/>`,
  );
  const lanterns = [215, 470, 810, 1060].map(
    (x) =>
      `<circle cx="${x}" cy="250" r="70" fill="#ff9a3c" fill-opacity=".35" filter="url(#glow)"/><path d="M${x} 190 v26" stroke="#221" stroke-width="3"/><ellipse cx="${x}" cy="248" rx="34" ry="38" fill="#d8352a"/><ellipse cx="${x}" cy="248" rx="16" ry="36" fill="#f26a4b"/>`,
  );
  const stones = Array.from(
    { length: 12 },
    (_, n) =>
      `<path d="M${640 + (n - 5.5) * 60} 560 L${640 + (n - 5.5) * 240} 720" stroke="#5b574f" stroke-width="3"/>`,
  );
  return picture(
    1280,
    720,
    `<rect width="1280" height="720" fill="#2d3a55"/><path d="M0 150 Q640 90 1280 150 V60 Q640 10 0 60 Z" fill="#31464a"/><path d="M0 60 Q640 10 1280 60 V0 H0 Z" fill="#1d2b30"/><rect y="150" width="1280" height="410" fill="#4a2a22"/>
<rect x="420" y="200" width="440" height="360" fill="#2b1712"/><rect x="470" y="230" width="340" height="330" fill="#70502f"/>${pillars.join('')}${lanterns.join('')}<rect y="556" width="1280" height="164" fill="#8d877c" filter="url(#rough)"/><path d="M0 590 H1280 M0 640 H1280" stroke="#5b574f" stroke-width="3"/>${stones.join('')}`,
  );
}

/** A school yard as an animated film would paint it: flat colours, hard edges. */
export function cartoonSvg(): string {
  return picture(
    1280,
    720,
    `<rect width="1280" height="720" fill="#58b7f0"/><path d="M120 190 q40 -80 130 -50 q60 -60 140 10 q90 -10 80 60 q-180 30 -350 -20 Z M820 130 q50 -70 130 -30 q80 -30 110 40 q-100 40 -240 -10 Z" fill="#fff"/>
<path d="M0 470 q200 -130 420 -40 q180 -110 420 10 q200 -90 440 20 V560 H0 Z" fill="#2f9e63"/><rect x="700" y="230" width="500" height="300" fill="#f6e3b5"/><path d="M680 240 h540 l-50 -60 h-440 Z" fill="#d1495b"/>
${[740, 860, 980, 1100].map((x) => `<rect x="${x}" y="290" width="70" height="90" fill="#8bd3f7" stroke="#5d4a3a" stroke-width="6"/>`).join('')}<rect y="520" width="1280" height="200" fill="#e7b866"/><path d="M0 600 H1280" stroke="#fff" stroke-width="12"/><path d="M90 520 v-170" stroke="#7a4a26" stroke-width="26"/><circle cx="90" cy="320" r="95" fill="#57b84f"/>`,
  );
}

/** A narrow alley, taller than wide. */
export function alleySvg(): string {
  return picture(
    720,
    1280,
    `<rect width="720" height="1280" fill="#d7cfc0"/><rect x="230" width="260" height="760" fill="#cfe3ee"/><path d="M0 0 H230 V760 L0 1100 Z" fill="#a76f52" filter="url(#rough)"/><path d="M720 0 H490 V760 L720 1100 Z" fill="#7c5443" filter="url(#rough)"/>
<path d="M0 1100 L230 760 H490 L720 1100 V1280 H0 Z" fill="#7f7a74" filter="url(#rough)"/><path d="M40 260 h90 v150 h-90 Z M580 330 h90 v170 h-90 Z" fill="#35414b"/><path d="M0 150 Q360 240 720 130" stroke="#333" stroke-width="4" fill="none"/><path d="M200 185 l40 60 h-60 Z M400 205 l40 60 h-60 Z M540 180 l40 60 h-60 Z" fill="#c8452f"/>`,
  );
}
