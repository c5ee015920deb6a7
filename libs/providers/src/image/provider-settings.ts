import { defineSettings, integer, text, type SettingsOf } from '@framesong/config';
import type { PriceHint } from './image-model.ts';

/** What is told of a provider so that its settings can be declared. */
export interface ProviderFacts {
  /** Name of the group and of the provider: `jiekou`. */
  readonly name: string;
  /** For people: `jiekou.ai`. */
  readonly title: string;
  /** Empty where only the operator can know it; the provider is then offered once it is set. */
  readonly baseUrl: string;
  /** Default number of calls at once. */
  readonly connections: number;
}

const PRICE = String.raw`[\w.:/-]+=\d{1,9}(?:\.\d{1,6})?(?: [A-Z]{3})?`;
/** What a text of prices looks like. */
export const PRICES = new RegExp(`(?:${PRICE}(?:, ?${PRICE})*)?`);

/** The settings that every image provider has, as `FRAMESONG_<NAME>_*`. */
export function providerSettings({ name, title, baseUrl, connections }: ProviderFacts) {
  const env = (setting: string): string => `FRAMESONG_${name.toUpperCase()}_${setting}`;
  return defineSettings(name, {
    baseUrl: text({
      env: env('BASE_URL'),
      default: baseUrl,
      pattern: baseUrl === '' ? /(?:https?:\/\/[^\s?#]*[^\s?#/])?/ : /https?:\/\/[^\s?#]*[^\s?#/]/,
      form: 'a URL without a slash at its end',
      description: `Where ${title}, or an emulator of it, is reached.`,
    }),
    apiKey: text({
      env: env('API_KEY'),
      secret: true,
      description: `Key for ${title}. A file is read again whenever it changes.`,
    }),
    apiKeyFile: text({ env: env('API_KEY_FILE'), default: '', description: `File that holds the key for ${title}.` }),
    connections: integer({
      env: env('CONNECTIONS'),
      default: connections,
      min: 1,
      max: 64,
      description: `Calls to ${title} at once.`,
    }),
    imagesPerMinute: integer({
      env: env('IMAGES_PER_MINUTE'),
      default: 0,
      min: 0,
      max: 10_000,
      description: `Pictures that may be ordered from ${title} per minute; 0 for no limit of ours.`,
    }),
    prices: text({
      env: env('PRICES'),
      default: '',
      pattern: PRICES,
      form: 'model=price, separated by commas; a price in USD, or with its currency: 0.25 CNY',
      description: `What a picture of each model of ${title} costs: for estimates, and for limits on spending.`,
    }),
  });
}

/** The declared settings of one provider. */
export type ProviderSettingsGroup = ReturnType<typeof providerSettings>;
/** Its settings, resolved. */
export type ProviderSettings = SettingsOf<ProviderSettingsGroup>;

/** The prices of a resolved `FRAMESONG_<NAME>_PRICES`, by model. */
export function pricesOf({ prices }: Pick<ProviderSettings, 'prices'>): ReadonlyMap<string, PriceHint> {
  const pairs = prices.split(',').flatMap((pair) => {
    const [model, price] = pair.trim().split('=');
    if (model === undefined || price === undefined) return [];
    const [perImage = '', currency = 'USD'] = price.split(' ');
    return [[model, { perImage, currency }] as const];
  });
  return new Map(pairs);
}
