import { defineSettings, durationMs, text } from '@framesong/config';

/** Settings of the connections to all providers. */
export const providerHttpSettings = defineSettings('providers', {
  connectTimeoutMs: durationMs({
    env: 'FRAMESONG_PROVIDER_CONNECT_TIMEOUT',
    default: '30s',
    min: '100ms',
    max: '2m',
    description: 'How long a connection to a provider may take.',
  }),
  downloadTimeoutMs: durationMs({
    env: 'FRAMESONG_PROVIDER_DOWNLOAD_TIMEOUT',
    default: '60s',
    min: '1s',
    max: '15m',
    description: "How long the download of a provider's result may take, repeats included.",
  }),
  httpsProxy: text({
    env: 'HTTPS_PROXY',
    secret: true,
    description: 'Proxy for https to providers, with its user and password if it wants them.',
  }),
  httpProxy: text({ env: 'HTTP_PROXY', secret: true, description: 'Proxy for http to providers.' }),
  noProxy: text({
    env: 'NO_PROXY',
    default: '',
    description: 'Hosts that are reached without the proxy, separated by commas. Loopback always is.',
  }),
});
