import ipaddr from 'ipaddr.js';

/** Global unicast; everything else of IPv6 is local, multicast, an embedding of IPv4, or not given out. RFC 4291, IANA. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');
/** NAT64 of RFC 6052: on a network without IPv4 every IPv4-only host is reached through it. */
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');
/** Public in form and yet a machine's own host: the Azure platform address. */
const PLATFORM_ADDRESSES: ReadonlySet<string> = new Set(['168.63.129.16']);

/**
 * True only for an IP address of the public internet: not loopback, private, link-local, metadata, shared (carrier NAT),
 * multicast, documentation, benchmarking or reserved, also where such an IPv4 address is wrapped in an IPv6 one.
 * False for anything that is no plain IP address.
 */
export function isPublicAddress(text: string): boolean {
  const address = parseAddress(text);
  if (!address) return false;
  if (address.kind() === 'ipv4') return isPublicIpv4(address as ipaddr.IPv4);
  const ipv6 = address as ipaddr.IPv6;
  if (ipv6.isIPv4MappedAddress()) return isPublicIpv4(ipv6.toIPv4Address());
  if (ipv6.match(NAT64)) return isPublicIpv4(new ipaddr.IPv4(ipv6.toByteArray().slice(12)));
  return ipv6.match(GLOBAL_UNICAST) && ipv6.range() === 'unicast';
}

function isPublicIpv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !PLATFORM_ADDRESSES.has(address.toString());
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':')) return undefined;
  try {
    // The URL parser first: ipaddr.js takes `::1.2.3.4` for the mapped `::ffff:1.2.3.4`, and it accepts zones.
    return ipaddr.IPv6.parse(new URL(`http://[${text}]`).hostname.slice(1, -1));
  } catch {
    return undefined;
  }
}
