import { defineSettings, durationMs, integer, text, type SettingsOf } from '@framesong/config';
import { PRICES } from '../image/provider-settings.ts';

/** What is told of a music engine so that its settings can be declared. */
export interface EngineFacts {
  /** Name of the engine as callers say it: `ace-step`. */
  readonly name: string;
  /** For people: `ACE-Step 1.5`. */
  readonly title: string;
  /** Empty where only the operator can know it; the engine is then offered once it is set. */
  readonly baseUrl: string;
}

/** The variables of an engine begin with it: `FRAMESONG_ACE_STEP_`. */
export function variablePrefix(name: string): string {
  return `FRAMESONG_${name.toUpperCase().replaceAll('-', '_')}_`;
}

/** The settings that every music engine over HTTP has, as `FRAMESONG_<NAME>_*`. */
export function engineSettings(facts: EngineFacts) {
  return defineSettings(facts.name, commonSettings(facts));
}

/** The settings of an engine that runs many models, and charges for them. */
export function hostedEngineSettings(facts: EngineFacts) {
  const prefix = variablePrefix(facts.name);
  return defineSettings(facts.name, {
    ...commonSettings(facts),
    input: text({
      env: `${prefix}INPUT`,
      default: '',
      pattern: /(?:\{[^]*\})?/,
      form: 'a JSON object',
      description: `Fields of the model's input, over those that are known of it, or all of them: \`{"prompt": "{style}", "lyrics": "{lyrics}"}\`. Places are {style}, {lyrics}, {seconds}, {seed}, {bpm}, {key} and {instrumental}; null takes a field away.`,
    }),
    prices: text({
      env: `${prefix}PRICES`,
      default: '',
      pattern: PRICES,
      form: 'model=price, separated by commas; a price in USD, or with its currency: 0.25 CNY',
      description: `What a song by each model of ${facts.title} costs: for estimates, and for limits on spending.`,
    }),
  });
}

function commonSettings({ name, title, baseUrl }: EngineFacts) {
  const env = (setting: string): string => `${variablePrefix(name)}${setting}`;
  return {
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
      description: `Key for ${title}, where it wants one. A file is read again whenever it changes.`,
    }),
    apiKeyFile: text({ env: env('API_KEY_FILE'), default: '', description: `File that holds the key for ${title}.` }),
    model: text({
      env: env('MODEL'),
      default: '',
      pattern: /[\w.:/@-]*/,
      form: 'letters, digits and ._:/@-',
      description: `Which model of ${title} makes the music; empty for its own default.`,
    }),
    renders: integer({
      env: env('RENDERS'),
      default: 1,
      min: 1,
      max: 64,
      description: `Sections of one song that ${title} is asked for at once.`,
    }),
    connections: integer({
      env: env('CONNECTIONS'),
      default: 2,
      min: 1,
      max: 64,
      description: `Connections to ${title}, and so calls, at once.`,
    }),
    keptConnections: integer({
      env: env('KEPT_CONNECTIONS'),
      default: 1,
      min: 0,
      max: 64,
      description: `Connections to ${title} that are kept open when they are idle.`,
    }),
    keepAliveMs: durationMs({
      env: env('KEEP_ALIVE'),
      default: '30s',
      min: '1s',
      max: '10m',
      description: `How long an idle connection to ${title} is kept.`,
    }),
    connectTimeoutMs: durationMs({
      env: env('CONNECT_TIMEOUT'),
      default: '30s',
      min: '100ms',
      max: '2m',
      description: `How long a connection to ${title} may take.`,
    }),
    poolTimeoutMs: durationMs({
      env: env('POOL_TIMEOUT'),
      default: '10s',
      min: '10ms',
      max: '10m',
      description: `How long a call waits for a free connection to ${title}.`,
    }),
    writeTimeoutMs: durationMs({
      env: env('WRITE_TIMEOUT'),
      default: '30s',
      min: '100ms',
      max: '10m',
      description: `How long ${title} may take nothing of a request that is being sent.`,
    }),
    readTimeoutMs: durationMs({
      env: env('READ_TIMEOUT'),
      default: '900s',
      min: '1s',
      max: '1h',
      description: `How long ${title} may say nothing: before an answer, in the middle of one, or of work that it has taken.`,
    }),
    totalTimeoutMs: durationMs({
      env: env('TOTAL_TIMEOUT'),
      default: '900s',
      min: '1s',
      max: '1h',
      description: `How long one call to ${title} may take in all.`,
    }),
  };
}

/** The declared settings of one engine. */
export type EngineSettingsGroup = ReturnType<typeof engineSettings> | ReturnType<typeof hostedEngineSettings>;
/** Its settings, resolved. */
export type EngineSettings = SettingsOf<EngineSettingsGroup>;
