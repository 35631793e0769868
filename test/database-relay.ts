import type { Socket } from 'node:net';
import { relayTo, type TcpRelay } from '../infra/lambda/tcp-relay.ts';

/** Puts a relay in front of a database, and gives the address that leads through it; `listen` may hear its answers. */
export async function relayToDatabase(
  databaseUrl: string,
  listen?: (far: Socket) => void,
): Promise<TcpRelay & { readonly url: string }> {
  const url = new URL(databaseUrl);
  const relay = await relayTo(Number(url.port), listen);
  url.port = String(relay.port);
  return { ...relay, url: url.href };
}
