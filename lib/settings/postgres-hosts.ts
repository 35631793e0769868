/** One of several hosts of an address. */
interface Host {
  readonly name: string;
  readonly port: string | undefined;
}

/** Which hosts are connected to: any, those that take changes, or those that are no standby. */
export type WantedHost = 'any' | 'read-write' | 'primary';

/** The addresses of an address with several hosts, in its order, each with one host. */
export interface HostAddresses {
  readonly addresses: readonly string[];
  readonly wanted: WantedHost;
}

/** Returns each host of an address. Of several only those that take changes are wanted, unless it says otherwise. */
export function hostsOf(address: string): HostAddresses {
  const url = new URL(address);
  const names = (url.searchParams.get('host') ?? '').split(',');
  const ports = (url.searchParams.get('port') ?? '').split(',');
  const written = url.searchParams.get('target_session_attrs');
  url.searchParams.delete('target_session_attrs');
  url.searchParams.delete('port');
  // Written by `nameWantedHost`.
  const wanted = (written ?? (names.length > 1 ? 'read-write' : 'any')) as WantedHost;
  if (names.length === 1) return { addresses: [url.href], wanted };
  const addresses = names.map((name, at) => {
    const one = new URL(url);
    one.searchParams.set('host', name);
    one.port = ports[at] ?? '';
    return one.href;
  });
  return { addresses, wanted };
}

/** Checks which hosts an address wants. @throws an Error that ends the sentence "NAME …". */
export function nameWantedHost({ searchParams }: URL): void {
  const written = searchParams.get('target_session_attrs');
  if (written && !['any', 'read-write', 'primary'].includes(written)) {
    throw new Error(
      'must have a target_session_attrs of read-write, primary or any: the service changes what it reads',
    );
  }
}

/** Returns an address with `localhost` in place of several hosts, and these; a URL cannot have several. */
export function takeHosts(address: string): { readonly address: string; readonly hosts: string } {
  const [, before = '', hosts = '', after = ''] =
    /^(postgresql:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s.exec(address) ?? [];
  return hosts.includes(',') ? { address: `${before}localhost${after}`, hosts } : { address, hosts: '' };
}

/**
 * Puts several hosts with their ports into the parameters `host` and `port`, one port for each host.
 * @param hosts with commas between them; each may have its port.
 * @param ports one for all, or as many as there are hosts. @throws an Error that ends the sentence "NAME …".
 */
export function setHosts(url: URL, hosts: string, ports: string): void {
  const found = hosts.split(',').map(hostOf);
  const others = ports.split(',');
  if (others.length > 1 && others.length !== found.length) {
    throw new Error('must have as many ports as hosts, or one');
  }
  const written = found.map(({ port }, at) => port ?? ((others.length > 1 ? others[at] : ports) || '5432'));
  written.forEach(expectPort);
  url.searchParams.set('host', found.map(({ name }) => name).join());
  url.searchParams.set('port', written.join());
}

/** @throws an Error that ends the sentence "NAME …", if it is no port. */
export function expectPort(port: string): void {
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new Error('must have a port from 1 to 65535');
  }
}

function hostOf(text: string): Host {
  const [, name, port] = /^([^/:[\]]+|\[[^[\]]+\])(?::(\d*))?$/.exec(text.trim()) ?? [];
  if (!name) throw new Error('must name each of its hosts, like host=one:5432,two:5432');
  return { name: name.replace(/^\[(.+)\]$/, '$1'), port: port || undefined };
}
