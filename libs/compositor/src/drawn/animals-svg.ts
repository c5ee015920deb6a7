function animal(width: number, height: number, fur: readonly [string, string], content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><defs>
<linearGradient id="fur" x1="0" y1="0" x2=".3" y2="1"><stop offset="0" stop-color="${fur[0]}"/><stop offset="1" stop-color="${fur[1]}"/></linearGradient>
<filter id="coat" filterUnits="userSpaceOnUse" x="0" y="0" width="${width}" height="${height}"><feTurbulence type="fractalNoise" baseFrequency=".05 .11" numOctaves="4" seed="5" result="n"/>
<feColorMatrix in="n" values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  1.6 0 0 0 -.6" result="dark"/><feComposite in="dark" in2="SourceGraphic" operator="in" result="hairs"/>
<feMerge><feMergeNode in="SourceGraphic"/><feMergeNode in="hairs"/></feMerge></filter></defs><g filter="url(#coat)">${content}</g></svg>`;
}

/** A grey cat that sits and looks at the camera. */
export const CAT_SVG = animal(
  800,
  1000,
  ['#8f8f93', '#55565c'],
  `<path d="M560 900 C760 900 740 640 640 600 q-30 20 -8 50 C690 720 660 820 540 820 Z" fill="#606168"/>
<path d="M400 380 C560 380 620 640 600 880 q-10 60 -80 60 H280 q-70 0 -80 -60 C180 640 240 380 400 380 Z" fill="url(#fur)"/>
<path d="M400 520 q70 60 50 200 q-50 60 -100 0 q-20 -140 50 -200 Z" fill="#d8d6d2"/>
<path d="M320 700 v210 q-40 40 -80 10 q20 -120 30 -220 Z M480 700 v210 q40 40 80 10 q-20 -120 -30 -220 Z" fill="#7c7d82"/>
<path d="M240 120 L270 290 L380 220 Z M560 120 L530 290 L420 220 Z" fill="#6c6d73"/><path d="M262 165 L282 270 L344 228 Z M538 165 L518 270 L456 228 Z" fill="#d49a94"/>
<ellipse cx="400" cy="320" rx="150" ry="130" fill="url(#fur)"/><ellipse cx="400" cy="370" rx="62" ry="46" fill="#d8d6d2"/>
<ellipse cx="342" cy="300" rx="30" ry="26" fill="#c9b53a"/><ellipse cx="458" cy="300" rx="30" ry="26" fill="#c9b53a"/><ellipse cx="342" cy="300" rx="9" ry="24" fill="#111"/><ellipse cx="458" cy="300" rx="9" ry="24" fill="#111"/>
<path d="M384 346 h32 l-16 20 Z" fill="#b4645f"/><path d="M330 370 l-120 -16 M330 382 l-120 14 M470 370 l120 -16 M470 382 l120 14" stroke="#eee" stroke-width="3"/>`,
);

/** A bay horse seen from its right side, head up on the right. */
export const HORSE_SVG = animal(
  1300,
  1200,
  ['#a4622f', '#5e3217'],
  `<path d="M250 470 C150 520 150 700 190 860 q20 10 24 -10 C220 720 230 600 300 560 Z" fill="#241710"/>
<path d="M360 660 q-40 160 -10 260 l-14 210 h62 l30 -220 l60 -200 Z M880 640 q10 160 -10 260 l8 230 h62 l8 -240 l20 -220 Z" fill="#4f2a13"/>
<path d="M280 440 C420 400 660 450 820 410 C900 330 950 230 990 160 L1110 250 C1060 380 1020 520 990 620 C940 720 820 690 700 690 C560 700 420 740 320 690 C240 640 220 490 280 440 Z" fill="url(#fur)"/>
<path d="M300 640 q-50 170 -10 290 l-20 200 h64 l40 -220 l70 -190 Z M800 660 q0 150 20 250 l-6 220 h64 l20 -240 l20 -230 Z" fill="#7a4320"/>
<path d="M990 160 q20 -60 30 -80 q24 30 26 60 q70 10 100 60 l110 130 q20 40 -10 60 q-40 20 -70 -10 l-80 -60 q-50 10 -90 -20 Z" fill="url(#fur)"/>
<path d="M1010 110 C940 170 880 260 810 400 q-40 10 -60 0 C820 260 900 150 1000 120 Z" fill="#241710"/><circle cx="1100" cy="205" r="13" fill="#100a06"/>
<path d="M334 1130 h-66 l4 36 h64 Z M878 1130 h-66 l4 36 h64 Z M398 1130 h-60 l4 30 h58 Z M946 1130 h-66 l4 30 h60 Z" fill="#1d1510"/>`,
);

/** A red fox that trots to the left. */
export const FOX_SVG = animal(
  1200,
  700,
  ['#d8702a', '#9a4416'],
  `<path d="M820 330 C960 250 1100 300 1170 420 C1060 430 960 440 840 420 Z" fill="#c9602a"/><path d="M1090 330 q60 30 80 90 q-60 6 -100 0 Z" fill="#f1eae0"/>
<path d="M330 300 C480 250 700 270 850 310 C890 360 860 440 800 450 C660 480 480 480 370 450 C300 420 290 340 330 300 Z" fill="url(#fur)"/>
<path d="M380 420 l-40 190 h34 l70 -180 Z M470 430 l30 190 h34 l0 -190 Z M740 430 l-50 180 h36 l80 -180 Z M810 420 l60 190 h34 l-30 -210 Z" fill="#2a1a14"/>
<path d="M130 330 C200 230 300 180 380 240 C420 300 400 390 330 390 C260 380 200 370 130 330 Z" fill="url(#fur)"/><path d="M130 330 q80 50 200 56 q-70 30 -140 0 Z" fill="#f1eae0"/>
<path d="M270 220 L290 90 L360 210 Z M350 220 L400 110 L420 250 Z" fill="#7a3513"/><circle cx="268" cy="276" r="12" fill="#160d08"/><circle cx="134" cy="330" r="16" fill="#160d08"/>`,
);

/** A blue bird on thin legs. */
export const BIRD_SVG = animal(
  700,
  700,
  ['#3e7fc1', '#1e4678'],
  `<path d="M420 430 C560 470 640 560 670 640 C560 620 460 580 380 520 Z" fill="#1b3a63"/><path d="M150 260 C180 140 330 130 360 250 C470 300 500 430 430 520 C340 580 220 540 190 440 C170 380 140 330 150 260 Z" fill="url(#fur)"/>
<path d="M200 380 q20 120 130 160 q-100 0 -140 -100 Z" fill="#e8a050"/><path d="M300 330 C420 350 480 440 500 540 C400 520 310 450 300 330 Z" fill="#2a5a95"/>
<path d="M155 250 L80 280 L160 300 Z" fill="#d9a03a"/><circle cx="225" cy="240" r="15" fill="#0d0d10"/><path d="M300 545 l-10 110 M360 545 l10 110 M260 660 h60 M345 660 h60" stroke="#6b5138" stroke-width="11"/>`,
);
