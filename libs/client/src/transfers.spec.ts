import { randomBytes } from 'node:crypto';
import { downloadArtifact } from './download-artifact.ts';
import { startCuttingProxy } from './testing/cutting-proxy.ts';
import { createMemoryArtifacts } from './testing/memory-artifacts.ts';
import { clientsOf, rejection, serve } from './testing/test-services.ts';
import { uploadArtifact } from './upload-artifact.ts';

const CONTENT = randomBytes(1_500_000);

describe('an upload', () => {
  it('whose connection is cut twice goes on where the part of the service ends', async () => {
    const artifacts = createMemoryArtifacts();
    await using service = await serve([artifacts.binding]);
    await using wire = await startCuttingProxy(service.address, [{ up: 600_000 }, { up: 500_000 }]);
    using framesong = clientsOf(wire.address);
    const { digest } = await uploadArtifact(framesong.imageGeneration.artifacts, CONTENT);
    expect(artifacts.stored.get(digest)?.equals(CONTENT)).toBe(true);
    expect(artifacts.receivedBytes()).toBe(CONTENT.length);
    expect(wire.connections).toBeGreaterThan(2);
  });

  it('whose answer was lost is committed again without being sent again', async () => {
    const artifacts = createMemoryArtifacts({ losesFirstAnswer: true });
    await using service = await serve([artifacts.binding]);
    using framesong = clientsOf(service.address);
    await uploadArtifact(framesong.music.artifacts, CONTENT);
    expect(artifacts.offsets).toEqual([0, CONTENT.length]);
    expect(artifacts.receivedBytes()).toBe(CONTENT.length);
  });

  it('of a file that is not there names the file', async () => {
    using framesong = clientsOf('127.0.0.1:1');
    const error = await rejection(uploadArtifact(framesong.imageGeneration.artifacts, '/no/such/file'));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'SOURCE_UNREADABLE' });
    expect(String(error)).toContain('/no/such/file does not exist');
  });

  it('gives up within its time when no service is there', async () => {
    using framesong = clientsOf('127.0.0.1:1');
    const upload = uploadArtifact(framesong.imageGeneration.artifacts, CONTENT, { timeoutMs: 400 });
    expect(await rejection(upload)).toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('a download', () => {
  it('whose connection is cut goes on after the last byte that came', async () => {
    const artifacts = createMemoryArtifacts();
    await using service = await serve([artifacts.binding]);
    using direct = clientsOf(service.address);
    const { digest } = await uploadArtifact(direct.imageGeneration.artifacts, CONTENT);
    artifacts.offsets.length = 0;
    await using wire = await startCuttingProxy(service.address, [{ down: 700_000 }]);
    using framesong = clientsOf(wire.address);
    const pieces = await Array.fromAsync(downloadArtifact(framesong.imageGeneration.artifacts, digest));
    expect(Buffer.concat(pieces).equals(CONTENT)).toBe(true);
    expect(artifacts.offsets).toHaveLength(2);
    expect(artifacts.offsets[1]).toBeGreaterThan(0);
  });

  it('of what is not there is not tried again', async () => {
    const artifacts = createMemoryArtifacts();
    await using service = await serve([artifacts.binding]);
    using framesong = clientsOf(service.address);
    const download = Array.fromAsync(downloadArtifact(framesong.imageGeneration.artifacts, 'sha256:00'));
    expect(await rejection(download)).toMatchObject({ code: 'NOT_FOUND' });
  });
});
