import type { FastifyInstance } from 'fastify';
import { createHoldings } from '../admission/holdings.ts';
import { PatrolServiceError } from '../errors.ts';
import { holderOf } from '../settings/addresses.ts';
import type { PlaceLimits } from '../transport/connection-places.ts';

/**
 * Bounds the requests in flight of each address behind a trusted proxy, by what that says in `X-Forwarded-For`: the proxy's
 * connections are everybody's.
 */
export function shareAmongForwarded(app: FastifyInstance, { perAddress, proxies }: PlaceLimits): void {
  const inFlight = createHoldings();
  app.addHook('onRequest', (request, reply, next) => {
    // Whoever connects without a proxy has the connection's own share; a proxy's own requests are its probes.
    const { remoteAddress = '' } = request.socket;
    if (!proxies.includes(remoteAddress) || request.ip === remoteAddress) return next();
    const holder = holderOf(request.ip);
    if (inFlight.of(holder) >= perAddress)
      return next(new PatrolServiceError('SERVICE_UNAVAILABLE', 'too many from one address'));
    reply.raw.once('close', inFlight.add(holder));
    next();
  });
}
