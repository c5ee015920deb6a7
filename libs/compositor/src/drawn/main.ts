import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFrame } from '../encode-frame.ts';
import type { Frame } from '../frame.ts';
import { composeCase, contactSheet } from './contact-sheet.ts';
import { SHEET_CASES } from './sheet-cases.ts';

// `npm run contact-sheet -w @framesong/compositor [-- folder]`: the sheet into docs/images; each frame whole into the folder.
const [folder] = process.argv.slice(2);
const only = new Set(process.argv.slice(3).map(Number));

void (async () => {
  if (folder) mkdirSync(folder, { recursive: true });
  const frames: Frame[] = [];
  for (const [index, sheetCase] of SHEET_CASES.entries()) {
    if (only.size > 0 && !only.has(index + 1)) continue;
    const startedAt = performance.now();
    const frame = await composeCase(sheetCase);
    frames.push(frame);
    const methods = frame.placed.map(({ method, quality }) => `${method} ${quality}`).join(', ');
    console.log(
      `${index + 1} ${sheetCase.title}: ${frame.shot}; ${methods}; ${(performance.now() - startedAt).toFixed(0)} ms`,
    );
    if (folder)
      writeFileSync(join(folder, `${String(index + 1).padStart(2, '0')}.jpg`), await encodeFrame(frame, 'jpeg'));
  }
  if (only.size > 0) return;
  const sheet = await contactSheet(frames);
  writeFileSync(new URL('../../../../docs/images/compositor-sheet.jpg', import.meta.url), sheet);
  console.log(`docs/images/compositor-sheet.jpg: ${(sheet.length / 1024).toFixed(0)} KB`);
})();
