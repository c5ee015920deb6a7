// A wire to the server at HOST:PORT that breaks once: as soon as TEXT has come back from it, all connections are cut.
// Says its own address first, and that it has cut when it has.
//   node tools/cut-connection.mjs HOST:PORT TEXT
import { connect, createServer } from 'node:net';

const [target = '', text = ''] = process.argv.slice(2);
const [host, port] = target.split(':');
const sockets = new Set();
let isCut = false;

const server = createServer((client) => {
  const upstream = connect(Number(port), host);
  for (const socket of [client, upstream]) {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      client.destroy();
      upstream.destroy();
    });
  }
  client.pipe(upstream);
  let tail = '';
  upstream.on('data', (bytes) => {
    if (!isCut) {
      const seen = tail + bytes.toString('latin1');
      tail = seen.slice(-text.length);
      if (seen.includes(text)) {
        isCut = true;
        console.log('cut');
        for (const socket of sockets) socket.destroy();
        return;
      }
    }
    client.write(bytes);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${server.address().port}`));
