import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { createWaitingRoom } from '../admission/waiting-room.ts';
import { PatrolServiceError } from '../errors.ts';
import { clientKeyOf } from '../settings/addresses.ts';
import { throttledLog } from '../telemetry/throttled-log.ts';
import { createThrottleBudgets } from '../transport/throttle-budgets.ts';
import { isProbe } from './health.ts';

/** Throttles REST requests without a good token, by client address. */
export interface RestThrottle {
  /**
   * Counts a request; resolves at once within the budget, after a delay beyond it.
   * @throws SERVICE_UNAVAILABLE, which closes the connection, if too many are delayed already.
   */
  throttle(request: FastifyRequest): Promise<void>;
  /** Whether an address has exceeded its budget. */
  isOverdrawn(address: string): boolean;
  /** Remembers that a good token came on a connection. */
  markAuthenticated(socket: Socket): void;
  /** Whether a good token came on a connection. */
  isAuthenticated(socket: Socket): boolean;
}

/** Throttles nothing, for a transport without connections, like a function. */
export const NO_THROTTLE: RestThrottle = {
  throttle: async () => {},
  isOverdrawn: () => false,
  markAuthenticated: () => {},
  isAuthenticated: () => false,
};

/** How many requests are delayed at a time, each with headers of up to 16 KiB. */
const MAX_WAITING = 1000;

export function createRestThrottle(log: Pick<Logger, 'warn'>, now = () => performance.now()): RestThrottle {
  const budgets = createThrottleBudgets(now);
  const authenticated = new WeakSet<Socket>();
  const room = createWaitingRoom(MAX_WAITING);
  const logHeld = throttledLog((held) =>
    log.warn({ held }, 'requests were delayed: too many without a token from their address'),
  );
  return {
    async throttle(request) {
      // Probes have a budget of their own: a flood from the same address must not use it up.
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

/** Throttles requests that belong to no operation. An operation's own gate throttles those that it refuses. */
export function throttleAnonymous(app: FastifyInstance, throttle: RestThrottle): void {
  app.addHook('onRequest', (request, _reply, next) => {
    if (request.routeOptions.config.operation !== undefined && !request.is404) return next();
    throttle.throttle(request).then(() => next(), next);
  });
}
