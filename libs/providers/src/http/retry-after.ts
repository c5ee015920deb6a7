/** How long a server asks to wait, in milliseconds; undefined when it does not say. RFC 9110 10.2.3, and OpenAI's header. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowEpochMs = Date.now()): number | undefined {
  const exact = headers['retry-after-ms'];
  if (exact !== undefined && /^\d{1,9}(\.\d+)?$/.test(exact)) return Math.ceil(Number(exact));
  const header = headers['retry-after'];
  if (header === undefined) return undefined;
  if (/^\d{1,6}(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000);
  // Date.parse alone takes nearly anything for a date.
  const at = /^[A-Za-z]{3}, /.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowEpochMs);
}
