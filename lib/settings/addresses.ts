import { BlockList, isIP } from 'node:net';

/** Addresses and networks, each as it was written and all together to look an address up in. */
export interface AddressList {
  readonly written: readonly string[];
  includes(address: string): boolean;
}

/**
 * Reads addresses and networks (`10.0.0.7`, `10.0.0.0/8`, `fd00::/8`), separated by commas.
 * @throws an Error that says what is none.
 */
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

/** No address at all. */
export const NO_ADDRESSES: AddressList = { written: [], includes: () => false };

function addTo(list: BlockList, written: string): void {
  const [address = '', prefix, ...more] = written.split('/');
  const longest = isIP(address) === 4 ? 32 : 128;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
  if (isIP(address) === 0 || !isPrefix || more.length > 0)
    throw new Error(
      `must be addresses or networks like 10.0.0.7 or 10.0.0.0/29, separated by commas, not "${written}"`,
    );
  list.addSubnet(address, prefix === undefined ? longest : Number(prefix), familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

/**
 * Returns what stands for everybody at an address: of IPv6 the network of 64 bits that one customer is given, whose
 * addresses are free to choose from; of IPv4 the address, also where it is written as IPv6.
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

/** What an address of IPv4 begins with that is written as one of IPv6. */
const MAPPED = '0,0,0,0,0,65535';

/** Returns the eight numbers of an address of IPv6, which can be written in many ways. */
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
