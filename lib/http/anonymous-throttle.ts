import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { createWaitingRoom } from '../admission/waiting-room.ts';
import { PatrolServiceError } from '../errors.ts';
import { clientKeyOf } from '../settings/addresses.ts';
import { throttledLog } from '../telemetry/throttled-log.ts';
import { createThrottleBudgets } from '../transport/throttle-budgets.ts';
import { isProbe } from './health.ts';

/** Who asks over REST without a good token. */
export interface RestThrottle {
  /**
   * Counts a request for its address. Resolves at once as long as that is within its budget; beyond it, when the request
   * has waited for its answer.
   * @throws SERVICE_UNAVAILABLE, which ends the connection, when too many wait already.
   */
  throttle(request: FastifyRequest): Promise<void>;
  /** Whether more was asked from an address than it has. */
  isOverdrawn(address: string): boolean;
  /** Remembers that a good token came on a connection. */
  markAuthenticated(socket: Socket): void;
  /** Whether one came. */
  isAuthenticated(socket: Socket): boolean;
}

/** Holds nobody: where requests come one by one, as to a function. */
export const NO_THROTTLE: RestThrottle = {
  throttle: async () => {},
  isOverdrawn: () => false,
  markAuthenticated: () => {},
  isAuthenticated: () => false,
};

/** How many wait at a time: each with all its headers, up to 16 KiB. */
const MAX_WAITING = 1000;

export function createRestThrottle(log: Pick<Logger, 'warn'>, now = () => performance.now()): RestThrottle {
  const budgets = createThrottleBudgets(now);
  const authenticated = new WeakSet<Socket>();
  const room = createWaitingRoom(MAX_WAITING);
  const logHeld = throttledLog((held) =>
    log.warn({ held }, 'requests were held: their address asks too much without a token'),
  );
  return {
    async throttle(request) {
      // Whoever floods must not take what an orchestrator has at the same address.
      const clientKey = clientKeyOf(request.ip);
      if (budgets.spend(isProbe(request.url) ? probesOf(clientKey) : clientKey)) return;
      logHeld();
      const waited = room.wait();
      if (!waited) {
        const more = { isLogged: true, endsConnection: true };
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'too much is asked without a token', more);
      }
      await waited;
    },
    markAuthenticated(socket) {
      if (!authenticated.has(socket)) authenticated.add(socket);
    },
    isAuthenticated: (socket) => authenticated.has(socket),
    isOverdrawn(address) {
      const clientKey = clientKeyOf(address);
      return budgets.isOverdrawn(clientKey) || budgets.isOverdrawn(probesOf(clientKey));
    },
  };
}

function probesOf(clientKey: string): string {
  return `probes of ${clientKey}`;
}

/** Counts whatever is asked besides operations, whose own gate counts whom it refuses. */
export function throttleAnonymous(app: FastifyInstance, throttle: RestThrottle): void {
  app.addHook('onRequest', (request, _reply, next) => {
    if (request.routeOptions.config.operation !== undefined && !request.is404) return next();
    throttle.throttle(request).then(() => next(), next);
  });
}
