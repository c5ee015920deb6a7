import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CompressionServiceService } from '@framesong/contracts/compression/v1/compression_service';
import { HealthService } from '@framesong/contracts/health';
import { compressionService } from './testing/handlers.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const ROOT = join(import.meta.dirname, '../../..');
const BUF = join(ROOT, 'node_modules/.bin/buf');
const REFLECTION_PROTO = join(ROOT, 'node_modules/@grpc/reflection/build/proto');
const INSPECT = '/framesong.compression.v1.CompressionService/InspectImage';

describe('reflection, asked by buf', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer([
      compressionService({
        inspectImage: ({ prefix }) =>
          Promise.resolve({ format: 1, width: prefix.length, height: 2, hasAlpha: false, orientation: 1, pages: 1 }),
      }),
    ]);
  });
  afterAll(() => test.close());

  async function buf(path: string, ...options: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(BUF, [
      'curl',
      '--http2-prior-knowledge',
      '--protocol',
      'grpc',
      ...options,
      `http://${test.address}${path}`,
    ]);
    return stdout;
  }

  it.each(['grpc-v1', 'grpc-v1alpha'])('lists all methods by %s', async (protocol) => {
    const listed = await buf('', '--reflect-protocol', protocol, '--list-methods');
    const served = [...Object.values(CompressionServiceService), ...Object.values(HealthService)];
    expect(listed.trim().split('\n').sort()).toEqual(served.map(({ path }) => path.slice(1)).sort());
  });

  it.each(['grpc-v1', 'grpc-v1alpha'])('lets a call be made from JSON by %s', async (protocol) => {
    const prefix = Buffer.from('123').toString('base64');
    const reply = await buf(INSPECT, '--reflect-protocol', protocol, '--data', JSON.stringify({ prefix }));
    expect(JSON.parse(reply)).toMatchObject({ format: 'IMAGE_FORMAT_JPEG', width: 3, height: 2 });
  });

  it.each(['ErrorInfo', 'BadRequest', 'RetryInfo', 'Status'])('describes google.rpc.%s', async (type) => {
    const reply = await buf(
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      '--schema',
      REFLECTION_PROTO,
      '--data',
      JSON.stringify({ fileContainingSymbol: `google.rpc.${type}` }),
    );
    const { fileDescriptorResponse } = JSON.parse(reply) as {
      fileDescriptorResponse: { fileDescriptorProto: string[] };
    };
    const [file = ''] = fileDescriptorResponse.fileDescriptorProto;
    expect(Buffer.from(file, 'base64').toString('latin1')).toContain(type);
  });

  it('lets an error with details be read', async () => {
    const path = '/framesong.compression.v1.CompressionService/CompressImage';
    const failed = await buf(path, '--data', '{}').catch((error: unknown) => (error as { stderr: string }).stderr);
    expect(JSON.parse(failed)).toMatchObject({
      code: 'unimplemented',
      message: 'not served here',
      details: [{ type: 'google.rpc.ErrorInfo' }],
    });
  });
});
