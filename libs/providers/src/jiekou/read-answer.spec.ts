import { errorInside, picturesIn, wordsIn } from './read-answer.ts';

describe('the pictures of an answer', () => {
  it.each([
    ['data with links', { created: 1, data: [{ url: 'https://a/1' }] }, [{ url: 'https://a/1' }]],
    ['data with base64', { data: [{ b64_json: 'QUJD', revised_prompt: 'x' }] }, [{ base64: 'QUJD' }]],
    ['images with links', { images: ['https://a/1', 'https://a/2'] }, [{ url: 'https://a/1' }, { url: 'https://a/2' }]],
    ['images with base64', { images: ['QUJD'] }, [{ base64: 'QUJD' }]],
    ['images with data URIs', { images: ['data:image/png;base64,QUJD'] }, [{ base64: 'QUJD' }]],
    ['images with objects', { images: [{ image_url: 'https://a/1', image_type: 'png' }] }, [{ url: 'https://a/1' }]],
    ['images with other objects', { images: [{ url: 'https://a/1' }] }, [{ url: 'https://a/1' }]],
    ['image_urls', { image_urls: ['https://a/1'] }, [{ url: 'https://a/1' }]],
    ['an empty list before a full one', { data: [], image_urls: ['https://a/1'] }, [{ url: 'https://a/1' }]],
    ['nothing', {}, []],
    ['no object', 'text', []],
    ['items that are nothing', { data: [null, {}, 7], images: [''] }, []],
  ])('are found in %s', (_, body, expected) => {
    expect(picturesIn(body)).toEqual(expected);
  });
});

describe('the words of an error', () => {
  it.each([
    [
      { code: 400, reason: 'INVALID_REQUEST_BODY', message: 'bad size', metadata: { details: 'size' } },
      { code: 'INVALID_REQUEST_BODY', message: 'bad size: size' },
    ],
    [
      { code: 401, message: 'no' },
      { code: '401', message: 'no' },
    ],
    [{ error: { message: 'm', type: 't', code: 'c' } }, { code: 't', message: 'm' }],
    [{ error: 'all wrong' }, { message: 'all wrong' }],
    [{ message: 'only words' }, { message: 'only words' }],
    [
      { reason: 'X', message: 'sensitive content' },
      { code: 'X', message: 'sensitive content', kind: 'moderation' },
    ],
    [
      { error: { message: 'm', code: 'insufficient_quota' } },
      { code: 'insufficient_quota', message: 'm', kind: 'quota' },
    ],
    [{}, undefined],
    ['text', undefined],
  ])('of %j are %j', (body, expected) => {
    expect(wordsIn(body)).toEqual(expected);
  });
});

describe('an answer with status 200', () => {
  it.each([
    [{ error: 'broken' }, 400],
    [{ error: { message: 'm', code: 500 } }, 500],
    [{ code: 503, reason: 'BUSY', message: 'm' }, 503],
    [{ message: 'm' }, 400],
  ])('%j is an error with status %d', (body, status) => {
    expect(errorInside(body)?.status).toBe(status);
  });

  it.each([
    { data: [{ url: 'https://a/1' }], message: 'success' },
    { images: ['https://a/1'], error: null },
    { task_id: 't', message: 'ok' },
    { image_urls: [] },
  ])('%j is none', (body) => {
    expect(errorInside(body)).toBeUndefined();
  });
});
