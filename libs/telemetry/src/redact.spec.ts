import { createHash } from 'node:crypto';

import { FramesongError, notFound, toPlainError } from '@framesong/errors';

import { redact, safeText } from './index.ts';

describe('safeText', () => {
  it('gives size in bytes and the start of the digest, never the text', () => {
    const digest = createHash('sha256').update('höhe').digest('hex');
    expect(safeText('höhe')).toEqual({ size: 5, sha256: digest.slice(0, 12) });
  });
});

describe('redact', () => {
  it('replaces secrets in any case and at any depth', () => {
    expect(redact({ a: [{ Authorization: 'x', b: { API_KEY: 'y', apiKey: 'z' } }], ok: 1 })).toEqual({
      a: [{ Authorization: '[redacted]', b: { API_KEY: '[redacted]', apiKey: '[redacted]' } }],
      ok: 1,
    });
  });

  it('replaces prompts, lyrics and bytes by their size', () => {
    expect(redact({ prompt: 'abc', lyrics: ['a'], data: Buffer.alloc(9) })).toEqual({
      prompt: safeText('abc'),
      lyrics: '[redacted]',
      data: { size: 9 },
    });
  });

  it('cuts long texts, so that no base64 gets through whole', () => {
    expect((redact('A'.repeat(5000)) as string).length).toBeLessThan(2020);
  });

  it('keeps of an error only what it says, with its causes', () => {
    const cause = Object.assign(new Error('socket closed'), { config: { headers: { cookie: 'secret' } } });
    const plain = redact({ err: notFound('job', 'j1', 'look again').with({ cause }) }) as {
      err: Record<string, unknown>;
    };
    expect(plain.err).toMatchObject({ type: 'FramesongError', code: 'NOT_FOUND', reason: 'JOB_NOT_FOUND' });
    expect(plain.err['cause']).toEqual({ type: 'Error', message: 'socket closed', stack: cause.stack });
  });

  it('leaves out what a provider says, in the message, the stack and all causes, and as plain data', () => {
    const body = new SyntaxError('Unexpected token in "a red kite"');
    const refused = new FramesongError('shop refused with status 400: "no a red kite"', {
      code: 'INVALID_ARGUMENT',
      reason: 'PROVIDER_CONTENT_REFUSED',
      cause: body,
      metadata: { provider: 'shop', providerStatus: '400', providerMessage: 'no a red kite' },
    });
    const wrapped = new FramesongError(`none was made: ${refused.message}`, {
      code: 'INVALID_ARGUMENT',
      reason: 'NONE_MADE',
      cause: refused.prefixed('candidate 1'),
    });
    const written = redact({ err: wrapped, plain: toPlainError(refused), metadata: refused.metadata });
    expect(JSON.stringify(written)).not.toContain('kite');
    expect(written).toMatchObject({
      err: {
        reason: 'NONE_MADE',
        stack: expect.stringMatching(/^ {4}at /) as string,
        cause: {
          message:
            'PROVIDER_CONTENT_REFUSED of shop, status 400; the words of the provider are told to the caller only',
        },
      },
    });
  });

  it('survives what refers to itself, and numbers that JSON has not', () => {
    const loop: Record<string, unknown> = { big: 10n };
    loop['self'] = loop;
    expect(JSON.stringify(redact(loop))).toContain('"big":"10"');
  });
});
