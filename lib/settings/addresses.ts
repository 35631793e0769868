import { BlockList, isIP } from 'node:net';

/** Addresses and networks, as written and as a look-up. */
export interface AddressList {
  readonly written: readonly string[];
  includes(address: string): boolean;
}

/** Parses addresses and networks, `10.0.0.7,fd00::/8`. @throws an Error naming the invalid one. */
export function parseAddresses(text: string): AddressList {
  const list = new BlockList();
  const written = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  for (const each of written) addTo(list, each);
  return {
    written,
    includes: (address) => isIP(address) !== 0 && list.check(address, familyOf(address)),
  };
}

/** The empty list. */
export const NO_ADDRESSES: AddressList = { written: [], includes: () => false };

function addTo(list: BlockList, written: string): void {
  const [address = '', prefix, ...more] = written.split('/');
  const longest = isIP(address) === 4 ? 32 : 128;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
  if (isIP(address) === 0 || !isPrefix || more.length > 0)
    throw new Error(
      `must be addresses or networks like 10.0.0.7 or 10.0.0.0/29, separated by commas, not "${written}"`,
    );
  if (Number(prefix) === 0) throw new Error(`must not be everybody, like "${written}"`);
  list.addSubnet(address, prefix === undefined ? longest : Number(prefix), familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

/**
 * Returns the key of the client at an address: its IPv4 address, even if written as IPv6, or its IPv6 /64 network,
 * within which one customer chooses freely.
 */
export function clientKeyOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped) return mapped;
  if (isIP(address) !== 6) return address;
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 6).join() === MAPPED) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The first six groups of an IPv4-mapped IPv6 address. */
const MAPPED = '0,0,0,0,0,65535';

/** Returns the eight groups of an IPv6 address, which has many spellings. */
function groupsOf(address: string): number[] {
  const [written = ''] = address.split('%', 1);
  const [head = [], tail] = written.split('::').map(numbersOf);
  if (!tail) return head;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function numbersOf(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    const bytes = group.split('.').map(Number);
    const [a = 0, b = 0, c = 0, d = 0] = bytes;
    return bytes.length === 4 ? [a * 256 + b, c * 256 + d] : [Number.parseInt(group, 16)];
  });
}
