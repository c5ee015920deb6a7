import { connect } from 'node:net';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Resolves with what is wrong once the collector's address refuses a connection; never when it takes one, or says nothing. */
export function collectorRefusal(endpoint: string): Promise<string> {
  const { hostname, port, protocol } = new URL(endpoint);
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connect({ host, port: Number(port) || (DEFAULT_PORTS[protocol] ?? 80) });
    socket.unref();
    socket.once('connect', () => socket.destroy());
    socket.once('error', (error) => resolve(`the collector cannot be reached: ${error.message}`));
  });
}
