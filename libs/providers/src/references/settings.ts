import { defineSettings, durationMs, flag, integer, sizeBytes, text } from '@framesong/config';

/** Settings of the download of reference pictures by URL. */
export const referenceSettings = defineSettings('references', {
  allowHttp: flag({
    env: 'FRAMESONG_REFERENCE_HTTP',
    default: false,
    description: 'Whether reference pictures may be fetched over plain http.',
  }),
  allowed: text({
    env: 'FRAMESONG_REFERENCE_ALLOW',
    default: '',
    pattern: /^(?:[^\s,]+:\d{1,5}(?:, ?[^\s,]+:\d{1,5})*)?$/,
    form: 'host:port, separated by commas',
    description:
      'Hosts with port that reference pictures may be fetched from although they are not on the public internet.',
  }),
  connectTimeoutMs: durationMs({
    env: 'FRAMESONG_REFERENCE_CONNECT_TIMEOUT',
    default: '10s',
    min: '100ms',
    max: '2m',
    description: 'How long a connection to the host of a reference picture may take.',
  }),
  totalTimeoutMs: durationMs({
    env: 'FRAMESONG_REFERENCE_TIMEOUT',
    default: '60s',
    min: '1s',
    max: '15m',
    description: 'How long the download of a reference picture may take, redirects included.',
  }),
  maxBytes: sizeBytes({
    env: 'FRAMESONG_REFERENCE_MAX_SIZE',
    default: '50MB',
    min: '1KB',
    max: '1GB',
    description: 'Largest reference picture that is downloaded.',
  }),
  maxRedirects: integer({
    env: 'FRAMESONG_REFERENCE_REDIRECTS',
    default: 5,
    min: 0,
    max: 20,
    description: 'How many redirects are followed, each to a checked address.',
  }),
});

/** The pairs of a resolved `FRAMESONG_REFERENCE_ALLOW`. */
export function allowListOf(setting: string): string[] {
  return setting.split(',').flatMap((pair) => pair.trim() || []);
}
