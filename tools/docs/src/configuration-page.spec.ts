import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage } from './configuration-page.ts';

it('docs/configuration.md says what the code says; `npm run docs` writes it anew', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8');
  expect(page).toBe(configurationPage());
});

it('keeps the names that callers of the earlier systems know', () => {
  const page = configurationPage();
  expect(page).toMatch(/FRAMESONG_IMAGE_WORKERS.*4/);
  expect(page).toMatch(/FRAMESONG_IMAGE_TIMEOUT.*180s/);
  expect(page).toMatch(/FRAMESONG_COMPRESSION_BUDGET.*300KB/);
  expect(page).toMatch(/FRAMESONG_REFERENCE_[A-Z_]*TIMEOUT.*60s/);
});
