import type { FastifyInstance } from 'fastify';
import { createUsageCounter } from '../admission/usage-counter.ts';
import { PatrolServiceError } from '../errors.ts';
import { clientKeyOf } from '../settings/addresses.ts';
import type { ConnectionLimits } from '../transport/connection-limit.ts';

/** Limits the requests in flight of each client behind a trusted proxy, by `X-Forwarded-For`. */
export function limitForwarded(app: FastifyInstance, { perAddress, proxies }: ConnectionLimits): void {
  const inFlight = createUsageCounter();
  app.addHook('onRequest', (request, reply, next) => {
    // Direct connections have the connection limit; a proxy's own requests are its probes.
    const { remoteAddress = '' } = request.socket;
    if (!proxies.includes(remoteAddress) || request.ip === remoteAddress) return next();
    const clientKey = clientKeyOf(request.ip);
    if (inFlight.of(clientKey) >= perAddress)
      return next(new PatrolServiceError('SERVICE_UNAVAILABLE', 'too many from one address'));
    reply.raw.once('close', inFlight.add(clientKey));
    next();
  });
}
