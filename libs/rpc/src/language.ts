import type { Metadata } from '@grpc/grpc-js';

/** Languages that texts for people come in, as BCP 47 tags. */
export type Language = 'en' | 'zh-CN';

/** The language that the metadata `accept-language` (RFC 9110, 12.5.4) prefers among ours; English without preference. */
export function languageOf(metadata: Metadata): Language {
  const wanted = metadata
    .get('accept-language')
    .flatMap((header) => String(header).split(','))
    .map((entry) => {
      const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ language, weight }) => (language === 'en' || language === 'zh') && weight > 0)
    .sort((left, right) => right.weight - left.weight);
  return wanted[0]?.language === 'zh' ? 'zh-CN' : 'en';
}
