import { expect, test } from '@jest/globals';
import { clientKeyOf, parseAddresses } from '../../lib/settings/addresses.ts';

test.each([
  ['10.1.2.3', true],
  ['::ffff:10.1.2.3', true],
  ['11.1.2.3', false],
  ['192.0.2.7', true],
  ['192.0.2.8', false],
  ['fd00::1', true],
  ['fe00::1', false],
  ['', false],
  ['nobody', false],
])('%s is among the proxies: %s', (address, isThere) => {
  expect(parseAddresses('10.0.0.0/8, 192.0.2.7,fd00::/8').includes(address)).toBe(isThere);
});

test('no address is among none', () => {
  expect(parseAddresses('').includes('127.0.0.1')).toBe(false);
});

test.each(['10.0.0.0/33', 'proxy.example', '10.0.0', '10.0.0.0/', 'fd00::/129', '10.0.0.0/8/8 '])(
  '%s is no list of addresses',
  (text) => {
    expect(() => parseAddresses(text)).toThrow('must be addresses or networks');
  },
);

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['2001:0DB8:0001:2::9', '2001:db8:1:2::/64'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:FFFF:192.0.2.7', '192.0.2.7'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['nobody', 'nobody'],
])('everybody at %s is %s', (address, holder) => {
  expect(clientKeyOf(address)).toBe(holder);
});

test.each(['0.0.0.0/0', '::/0', '10.0.0.1,0.0.0.0/0'])('%s is everybody, and refused', (text) => {
  expect(() => parseAddresses(text)).toThrow('must not be everybody');
});
