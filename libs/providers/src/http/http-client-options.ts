import type { CallLimits } from './call-slots.ts';
import type { ProxyRules } from './dispatchers.ts';
import type { ProviderWords } from './refusals.ts';
import type { RepeatRules } from './repeat.ts';
import type { Secret } from './secret.ts';

/** How one provider is spoken to. */
export interface HttpClientOptions {
  /** In errors: `jiekou`. */
  readonly provider: string;
  /** Without a slash at its end: `https://api.jiekou.ai`. */
  readonly baseUrl: string;
  /** The headers that carry the key, asked for at each request, so that a rotated key holds at once. */
  readonly authorize?: () => Promise<{ readonly headers: Readonly<Record<string, string>>; readonly secret: Secret }>;
  /** Reads the provider's own words from the body of a refusal; not called for HTML. */
  readonly readWords?: (body: unknown, status: number) => ProviderWords | undefined;
  readonly limits?: Partial<CallLimits>;
  /** Default 30 s. */
  readonly connectTimeoutMs?: number;
  /** How long an idle connection is kept. Default 10 s. */
  readonly keepAliveMs?: number;
  /** How many idle connections are kept. Default: all. */
  readonly keptConnections?: number;
  /** How long a request's body may make no headway because the provider does not read it. Default: no limit of its own. */
  readonly writeTimeoutMs?: number | undefined;
  /** How long the provider may send nothing, before its answer as well as in the middle of it. Default: no limit of its own. */
  readonly readTimeoutMs?: number | undefined;
  /** No call lasts longer, whatever it asks for: the wait for a connection and all repeats included. Default 180 s. */
  readonly longestCallMs?: number;
  readonly proxy?: ProxyRules | undefined;
  readonly repeats?: Partial<RepeatRules>;
  readonly userAgent?: string;
  /** Default 64 MiB: a 4K picture in base64 fits. */
  readonly maxAnswerBytes?: number;
}
