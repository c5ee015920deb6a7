import { createFileArtifactStore } from './file-artifact-store.ts';

// A process that is killed by the test in the middle of a put.
const store = await createFileArtifactStore({ folder: process.argv[2]!, maxSizeBytes: 1_000_000 });

async function* halfContent(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(1000, 1);
  process.stdout.write('half');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}

await store.put('alice', halfContent(), { mediaType: 'image/png' });
