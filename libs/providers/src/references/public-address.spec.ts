import { isPublicAddress } from './public-address.ts';
import { forbiddenAddresses } from './forbidden-addresses-fixture.ts';

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '169.253.255.255',
    '192.167.255.255',
    '223.255.255.254',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    // IPv4-mapped, as dual-stack sockets show it, and NAT64, as networks without IPv4 reach it.
    '::ffff:8.8.8.8',
    '::ffff:808:808',
    '64:ff9b::808:808',
  ])('%s is on the public internet', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(forbiddenAddresses)('%s is not (%s)', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '8.8.8.8.',
    'fe80::1%eth0',
    '2606:4700::1%1',
    ':',
    '::g',
  ])('"%s" is no plain address, so it is not public', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});
