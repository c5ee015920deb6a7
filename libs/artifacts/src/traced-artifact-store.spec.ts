import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { recordStages } from '@framesong/telemetry';
import { contentOf, PNG, sha256Of } from './contract-suite-content.ts';
import { createFileArtifactStore, createTracedArtifactStore } from './index.ts';

it('every write shows as the stage "store artifact", reads do not', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'framesong-artifacts-'));
  const store = createTracedArtifactStore(await createFileArtifactStore({ folder, maxSizeBytes: 1000 }));
  const content = contentOf(20);
  const { stages } = await recordStages(async () => {
    const { digest } = await store.put('alice', contentOf(10), PNG);
    await store.stat('alice', digest);
    const upload = await store.openUpload('alice', 'u');
    await upload.append(0, content);
    await upload.commit({ sizeBytes: 20, sha256: sha256Of(content), ...PNG });
    await store.put('alice', Buffer.alloc(0), PNG).catch(() => undefined);
  });
  await rm(folder, { recursive: true });
  expect(stages.map(({ name, errorType }) => [name, errorType])).toEqual([
    ['store artifact', undefined],
    ['store artifact', undefined],
    ['store artifact', 'INVALID_ARGUMENT'],
  ]);
});
