import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { unavailable } from '@framesong/errors';
import type { RpcChannel } from './channel.ts';
import { createClient } from './client.ts';
import { artifactService } from './testing/handlers.ts';
import { refOf } from './testing/messages.ts';
import { rejection, startTestServer, type TestServer } from './testing/test-server.ts';

const PATH = '/framesong.artifact.v1.ArtifactService/StatArtifact';

describe('a channel', () => {
  let test: TestServer;
  let faults = 0;
  const ask = async (channel: RpcChannel) => {
    const { artifact } = await createClient(channel, ArtifactServiceService).statArtifact({ digest: '' });
    return artifact?.digest;
  };

  beforeAll(async () => {
    test = await startTestServer([
      artifactService({
        statArtifact: (_, call) =>
          faults-- > 0
            ? Promise.reject(unavailable('away', 'AWAY', 10))
            : Promise.resolve({ artifact: refOf(call.peer) }),
      }),
    ]);
  });
  afterAll(() => test.close());

  it('repeats what is safe to repeat, three times in all', async () => {
    const channel = test.open({ idempotentPaths: [PATH] });
    faults = 2;
    expect(await ask(channel)).toBeDefined();
    faults = 3;
    expect(await rejection(ask(channel))).toMatchObject({ code: 'UNAVAILABLE', reason: 'AWAY' });
    expect(faults).toBe(0);
  });

  it('repeats nothing else', async () => {
    faults = 2;
    expect(await rejection(ask(test.channel))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(faults).toBe(1);
    faults = 0;
  });

  it('shares its connection with others to the same server, unless it is dedicated', async () => {
    const [first, second, own] = [
      await ask(test.open()),
      await ask(test.open()),
      await ask(test.open({ dedicated: true })),
    ];
    expect(second).toBe(first);
    expect(own).not.toBe(first);
  });
});
