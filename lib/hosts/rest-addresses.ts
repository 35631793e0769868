import type { FastifyInstance } from 'fastify';
import { holderOf } from '../addresses.ts';
import { PatrolServiceError } from '../errors.ts';
import type { PlaceLimits } from './connection-places.ts';

/**
 * Bounds the requests in flight of each address behind a trusted proxy, by what that says in `X-Forwarded-For`: the proxy's
 * connections are everybody's.
 */
export function shareAmongForwarded(app: FastifyInstance, { perAddress, proxies }: PlaceLimits): void {
  const inFlight = new Map<string, number>();
  app.addHook('onRequest', (request, reply, next) => {
    // Whoever connects without a proxy has the connection's own share.
    if (!proxies.includes(request.socket.remoteAddress ?? '') || proxies.includes(request.ip)) return next();
    const holder = holderOf(request.ip);
    const others = inFlight.get(holder) ?? 0;
    if (others >= perAddress)
      return next(new PatrolServiceError('SERVICE_UNAVAILABLE', 'too many from one address'));
    inFlight.set(holder, others + 1);
    reply.raw.once('close', () => {
      const left = (inFlight.get(holder) ?? 1) - 1;
      if (left > 0) inFlight.set(holder, left);
      else inFlight.delete(holder);
    });
    next();
  });
}
