import { request } from 'undici';
import { createGuardedAgent, resolveBySystem } from './guarded-connections.ts';
import { listen } from '../test-server.ts';

it('a socket that is connected to a forbidden address is closed before anything is sent, however it came about', async () => {
  let requests = 0;
  const server = await listen((_request, response) => {
    requests += 1;
    response.end();
  });
  const options = { resolve: resolveBySystem, connectTimeoutMs: 5000 };
  const guarded = createGuardedAgent({ ...options, onlyPublic: true });
  const open = createGuardedAgent({ ...options, onlyPublic: false });
  // No name is looked up for a literal address, so only the check of the socket is left.
  await expect(request(server.url, { dispatcher: guarded })).rejects.toMatchObject({
    reason: 'REFERENCE_ADDRESS_FORBIDDEN',
  });
  expect(requests).toBe(0);
  await (await request(server.url, { dispatcher: open })).body.dump();
  expect(requests).toBe(1);
  await Promise.all([guarded.destroy(), open.destroy()]);
  await server.close();
});

it('the operating system is asked for all addresses of a name', async () => {
  expect(await resolveBySystem('localhost')).toEqual(
    expect.arrayContaining([expect.stringMatching(/^(?:127\.0\.0\.1|::1)$/)]),
  );
});
