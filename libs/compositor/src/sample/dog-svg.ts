/** Dou: a brown dog that looks up, seen from the side, on nothing. */
export const DOG_SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="1100" height="900" viewBox="0 0 1100 900">
<defs>
  <linearGradient id="fur" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#c98a4b"/><stop offset="1" stop-color="#8a5527"/></linearGradient>
</defs>
<path d="M806 430 C880 400 930 330 936 250 q22 -14 34 8 C972 360 920 460 830 500 Z" fill="#b0743a"/>
<path d="M690 560 l26 250 q0 24 -28 24 h-50 q-16 0 -12 -18 l16 -236 Z M392 560 l6 250 q0 24 -26 24 h-48 q-16 0 -12 -18 l10 -240 Z" fill="#7a4a22"/>
<path d="M300 380 C400 340 640 366 760 376 C850 386 872 470 850 560 C820 640 560 600 470 620 C380 640 300 610 286 540 C270 480 270 400 300 380 Z" fill="url(#fur)"/>
<path d="M770 520 C850 540 846 620 812 680 l14 140 q0 24 -28 24 h-52 q-16 0 -12 -18 l6 -140 C690 640 700 540 770 520 Z" fill="#a5692f"/>
<path d="M300 520 C290 600 300 640 306 680 l-16 142 q0 22 28 22 h54 q16 0 12 -18 l16 -220 Z" fill="#a5692f"/>
<path d="M236 250 C250 330 270 420 296 540 C330 600 420 560 430 480 C436 420 420 330 390 250 Z" fill="url(#fur)"/>
<path d="M286 470 C300 560 330 610 372 600 C400 560 380 480 360 420 Z" fill="#efdcc0" fill-opacity=".85"/>
<path d="M250 330 C300 372 380 366 414 316 l8 30 C380 400 296 404 256 362 Z" fill="#b3342f"/><circle cx="318" cy="392" r="16" fill="#d8b75f"/>
<path d="M190 210 C210 130 340 110 400 176 C436 230 430 320 372 342 C320 360 270 340 240 320 C190 318 110 316 96 290 C84 262 110 250 140 246 C160 240 180 236 190 210 Z" fill="#c98a4b"/>
<path d="M96 290 C110 316 190 318 240 320 C256 300 240 280 200 276 C150 272 116 262 98 272 Z" fill="#efdcc0"/>
<path d="M92 268 q16 -22 44 -14 q8 18 -14 30 q-24 6 -30 -16 Z" fill="#241a16"/>
<path d="M330 150 C400 130 452 190 446 290 C440 330 400 330 384 296 C366 250 330 220 322 180 Z" fill="#7d4c22"/>
<circle cx="238" cy="222" r="15" fill="#241a16"/><circle cx="233" cy="217" r="5" fill="#fff"/>
</svg>`;
