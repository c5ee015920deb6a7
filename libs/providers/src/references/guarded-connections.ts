import dns from 'node:dns';
import net, { type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isPublicAddress } from './public-address.ts';
import { addressForbidden } from './reference-errors.ts';

/** All addresses of a host name. Default: the operating system's. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/** What connections are made of. */
export interface ConnectionOptions {
  readonly resolve: ResolveHost;
  readonly connectTimeoutMs: number;
  /** False for hosts on the allow-list. */
  readonly onlyPublic: boolean;
}

/** Asks the operating system, as any other program does, hosts file included. */
export async function resolveBySystem(hostname: string): Promise<readonly string[]> {
  const answers = await dns.promises.lookup(hostname, { all: true });
  return answers.map(({ address }) => address);
}

/**
 * A connection pool that connects to public addresses only. The addresses that were checked are the ones that are connected
 * to: there is no second resolution in which a name could change its mind. One forbidden address among several refuses the
 * name. The address of the connected socket is checked once more, for hosts that no lookup is made for.
 */
export function createGuardedAgent(options: ConnectionOptions): Agent {
  const { onlyPublic, connectTimeoutMs } = options;
  const connect = buildConnector({ lookup: checkedLookup(options), timeout: connectTimeoutMs, allowH2: false });
  return new Agent({
    allowH2: false,
    maxHeaderSize: 16 * 1024,
    keepAliveTimeout: 1000,
    connect: (connection, done) =>
      connect(connection, (error, socket) => {
        if (error) {
          done(error, null);
        } else if (socket.remoteAddress === undefined) {
          done(new Error('the connection was closed at once'), null);
        } else if (onlyPublic && !isPublicAddress(socket.remoteAddress)) {
          socket.destroy();
          done(addressForbidden(connection.hostname), null);
        } else {
          done(null, socket);
        }
      }),
  });
}

function checkedLookup({ resolve, onlyPublic }: ConnectionOptions): LookupFunction {
  return (hostname, lookupOptions, done) => {
    resolve(hostname).then(
      (addresses) => {
        const answers = addresses.map((address) => ({ address, family: net.isIP(address) }));
        const [first] = answers;
        if (!first) done(new Error(`${hostname} has no address`), '', 0);
        else if (onlyPublic && !addresses.every(isPublicAddress)) done(addressForbidden(hostname), '', 0);
        else if (lookupOptions.all) done(null, answers);
        else done(null, first.address, first.family);
      },
      (error: unknown) => done(error as NodeJS.ErrnoException, '', 0),
    );
  };
}
