import { checkPlaintext } from './plaintext.ts';

describe('listening without TLS', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', 'localhost'])('is fine on %s, which only this machine reaches', (host) => {
    expect(() => checkPlaintext(host, false)).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '10.0.0.7', 'example.test', '127.0.0.1.example.test'])(
    'is refused on %s, with the setting that allows it',
    (host) => {
      expect(() => checkPlaintext(host, false)).toThrow(/FRAMESONG_RPC_PLAINTEXT=true/);
      expect(() => checkPlaintext(host, true)).not.toThrow();
    },
  );
});
