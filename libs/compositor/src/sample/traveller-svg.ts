function studio(top: string, bottom: string, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1400" viewBox="0 0 1000 1400">
<defs>
  <linearGradient id="backdrop" x1="0" y1="0" x2=".25" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient>
  <linearGradient id="skin" x1="0" y1="0" x2="1" y2=".4"><stop offset="0" stop-color="#f0c9a6"/><stop offset="1" stop-color="#c98f6c"/></linearGradient>
  <linearGradient id="shade" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#fff" stop-opacity=".16"/>
    <stop offset=".5" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".34"/></linearGradient>
</defs>
<rect width="1000" height="1400" fill="url(#backdrop)"/>
${content}
</svg>`;
}

// Brows, eyes, nose and mouth of a face around (500, 236).
const FACE = `
<path d="M463 214 q13 -8 26 -1 M511 213 q13 -7 26 1" fill="none" stroke="#3a2a22" stroke-width="5" stroke-linecap="round"/>
<ellipse cx="476" cy="233" rx="9" ry="6" fill="#fff"/><ellipse cx="524" cy="233" rx="9" ry="6" fill="#fff"/>
<circle cx="477" cy="233" r="5.5" fill="#2c1d16"/><circle cx="525" cy="233" r="5.5" fill="#2c1d16"/>
<path d="M465 229 q11 -8 22 0 M513 229 q11 -8 22 0" fill="none" stroke="#2c1d16" stroke-width="3.4" stroke-linecap="round"/>
<path d="M500 236 q-7 21 -3 25 q5 4 10 0" fill="none" stroke="#a86f50" stroke-width="3.4" stroke-linecap="round"/>
<path d="M481 280 q19 12 38 -1" fill="none" stroke="#a8493f" stroke-width="5.5" stroke-linecap="round"/>
<ellipse cx="459" cy="260" rx="13" ry="8" fill="#e08d76" fill-opacity=".35"/><ellipse cx="541" cy="260" rx="13" ry="8" fill="#c9705c" fill-opacity=".35"/>`;

/** Mei: a woman in a long teal coat and a red scarf, with long dark hair, before graded blue-grey paper. */
export const MEI_SVG = studio(
  '#d5dbe0',
  '#aeb8c2',
  `
<path d="M412 232 C404 130 596 124 590 238 C588 300 612 380 596 452 C540 486 458 484 404 448 C392 380 416 300 412 232 Z" fill="#2b1e1c"/>
<path d="M446 900 h48 l-4 330 q-2 26 6 44 q4 16 -12 16 h-62 q-14 0 -12 -14 q4 -16 26 -26 Z" fill="#33333b"/>
<path d="M506 900 h50 l10 318 q26 12 30 30 q2 14 -12 14 h-62 q-14 0 -12 -16 Z" fill="#2a2a32"/>
<path d="M474 300 h52 v60 h-52 Z" fill="#c58d69"/>
<path d="M398 372 C364 384 350 420 344 480 L322 690 q-4 30 12 34 q20 4 26 -26 L392 540 Z" fill="#1f6a6d"/>
<path d="M602 372 C636 384 652 420 658 480 L682 690 q4 30 -12 34 q-20 4 -26 -26 L608 540 Z" fill="#164d51"/>
<circle cx="340" cy="736" r="22" fill="#e6b994"/><circle cx="664" cy="736" r="22" fill="#c38a66"/>
<path d="M398 372 C440 348 560 348 602 372 C626 470 606 560 612 640 C622 760 652 880 664 956 C590 986 414 988 336 958
  C350 880 380 760 388 640 C394 560 374 470 398 372 Z" fill="#22777a"/>
<path d="M398 372 C440 348 560 348 602 372 C626 470 606 560 612 640 C622 760 652 880 664 956 C590 986 414 988 336 958
  C350 880 380 760 388 640 C394 560 374 470 398 372 Z" fill="url(#shade)"/>
<path d="M500 420 L506 976" stroke="#124447" stroke-width="5"/>
<path d="M389 606 H611 L613 646 H387 Z" fill="#15494c"/><rect x="478" y="602" width="48" height="48" rx="7" fill="none" stroke="#cfae62" stroke-width="7"/>
<g fill="#cfae62"><circle cx="474" cy="470" r="8"/><circle cx="473" cy="540" r="8"/><circle cx="470" cy="716" r="8"/><circle cx="466" cy="792" r="8"/></g>
<path d="M408 752 l56 -6 M548 744 l58 8" stroke="#124447" stroke-width="5"/>
<path d="M438 232 C438 156 562 154 562 234 C562 284 536 322 500 322 C464 322 438 284 438 232 Z" fill="url(#skin)"/>
${FACE}
<path d="M426 250 C418 150 520 126 560 172 C582 196 582 230 576 262 C566 230 550 206 530 190 C500 214 452 214 440 226 C434 234 430 240 426 250 Z" fill="#382623"/>
<path d="M470 166 q30 -18 64 2" fill="none" stroke="#6b4a42" stroke-width="5" stroke-opacity=".7"/>
<path d="M424 342 C450 374 552 376 580 340 C600 366 596 392 576 404 C540 424 462 424 428 406 C404 392 404 366 424 342 Z" fill="#b3342f"/>
<path d="M430 396 C420 450 430 520 416 566 L474 572 C480 520 474 450 486 410 Z" fill="#c23e37"/>
<path d="M446 420 q-6 70 -8 144" stroke="#8f2724" stroke-width="4" fill="none"/>`,
);

/** Tao: a young man with a backpack, an ochre jacket and dark trousers, before warm white paper. */
export const TAO_SVG = studio(
  '#efeae0',
  '#d9d2c4',
  `
<path d="M380 400 q-52 20 -50 110 v170 q0 40 40 46 h60 Z" fill="#4e5a3a"/><path d="M620 400 q52 20 50 110 v170 q0 40 -40 46 h-60 Z" fill="#3c4730"/>
<path d="M404 760 L404 1230 q-2 20 -28 30 q-18 8 -16 22 q2 8 14 8 h92 q14 0 14 -16 L502 860 L506 760 Z" fill="#3a4052"/>
<path d="M590 760 L600 1230 q2 20 28 30 q18 8 16 22 q-2 8 -14 8 h-92 q-14 0 -14 -16 L498 860 L494 760 Z" fill="#2d3242"/>
<path d="M482 840 H518 L506 1000 H495 Z" fill="#2b3040"/>
<path d="M376 1262 q-18 8 -16 22 q2 8 14 8 h92 q14 0 14 -20 l1 -26 h-78 Z" fill="#5c3a26"/>
<path d="M628 1262 q18 8 16 22 q-2 8 -14 8 h-92 q-14 0 -14 -20 l-1 -26 h78 Z" fill="#482d1d"/>
<path d="M470 300 h60 v64 h-60 Z" fill="#b9805c"/>
<path d="M390 376 C346 390 330 430 326 500 L318 700 q-2 30 18 34 q20 2 26 -28 L392 560 Z" fill="#b9822f"/>
<path d="M610 376 C654 390 670 430 674 500 L684 640 q8 60 -14 74 q-22 6 -30 -28 L608 560 Z" fill="#8d6122"/>
<circle cx="340" cy="748" r="23" fill="#e3b28c"/><circle cx="666" cy="734" r="23" fill="#b98160"/>
<path d="M390 376 C440 350 560 350 610 376 C622 480 612 620 618 780 C560 802 440 802 382 780 C388 620 378 480 390 376 Z" fill="#c68d35"/>
<path d="M390 376 C440 350 560 350 610 376 C622 480 612 620 618 780 C560 802 440 802 382 780 C388 620 378 480 390 376 Z" fill="url(#shade)"/>
<path d="M462 352 L500 420 L538 352 Z" fill="#8ea3b5"/><path d="M500 420 V790" stroke="#7a5418" stroke-width="5"/>
<path d="M426 366 C420 470 424 560 408 640 M574 366 C580 470 576 560 592 640" fill="none" stroke="#4a5436" stroke-width="26"/>
<path d="M400 690 l70 -4 v60 l-70 4 Z M532 686 l68 4 v60 l-68 -4 Z" fill="#a5742a" stroke="#7a5418" stroke-width="4"/>
<path d="M384 770 C440 790 560 790 616 770 l1 24 C560 814 440 814 383 794 Z" fill="#6f4c1a"/>
<path d="M428 236 C414 140 586 140 574 236 Z" fill="#241a16"/>
<path d="M434 228 C434 150 566 150 566 228 C566 286 540 326 500 326 C460 326 434 286 434 228 Z" fill="url(#skin)"/>
<ellipse cx="432" cy="244" rx="10" ry="17" fill="#dcae8a"/><ellipse cx="568" cy="244" rx="10" ry="17" fill="#b37c5b"/>
${FACE}
<path d="M428 226 C414 140 470 112 508 122 C560 112 590 152 572 226 C566 206 560 196 548 188 C520 200 470 196 452 186 C438 196 432 210 428 226 Z" fill="#241a16"/>
<path d="M462 142 q34 -16 70 0" fill="none" stroke="#5b463b" stroke-width="5" stroke-opacity=".7"/>`,
);
