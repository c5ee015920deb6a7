import { Metadata } from '@grpc/grpc-js';
import { languageOf } from './language.ts';

const preferred = (header?: string) => {
  const metadata = new Metadata();
  if (header !== undefined) metadata.set('accept-language', header);
  return languageOf(metadata);
};

describe('the language of a caller', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh-CN', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['ZH-Hans-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['en-GB,zh;q=0.9', 'en'],
    ['fr,zh;q=0.3,en;q=0.7', 'en'],
    ['fr, zh;q=0.3', 'zh-CN'],
    ['zh;q=0', 'en'],
    ['de', 'en'],
    ['zh;q=nonsense,en', 'en'],
  ])('%s means %s', (header, language) => {
    expect(preferred(header)).toBe(language);
  });
});
