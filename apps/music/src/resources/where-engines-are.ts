import type { MemoryNeed } from '@framesong/providers/music';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;
const MIB = 2 ** 20;

/**
 * The engines that are on this machine, by name.
 * @param addresses `host:port` by name
 * @param baseUrls by name; empty for an engine that is not used
 */
export function localEngines(
  addresses: ReadonlyMap<string, string>,
  baseUrls: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const hosts = [
    ...Array.from(addresses, ([name, address]) => [name, address.slice(0, address.lastIndexOf(':'))] as const),
    ...Array.from(baseUrls, ([name, url]) => [name, URL.parse(url)?.hostname ?? ''] as const),
  ];
  return new Set(hosts.filter(([, host]) => LOOPBACK.test(host)).map(([name]) => name));
}

/** `ace-step=2048+30,other=100+0`, as the setting has it: MiB at least, and for each second of sound. */
export function memoryNeedsByName(text: string | undefined): ReadonlyMap<string, MemoryNeed> {
  const needs = (text?.split(',') ?? []).map((entry): [string, MemoryNeed] => {
    const [name = '', bytes, bytesPerSecond] = entry.split(/[=+]/);
    return [name, { bytes: Number(bytes) * MIB, bytesPerSecond: Number(bytesPerSecond) * MIB }];
  });
  return new Map(needs);
}
