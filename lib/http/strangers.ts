import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { createWaitingRoom } from '../admission/waiting-room.ts';
import { PatrolServiceError } from '../errors.ts';
import { holderOf } from '../settings/addresses.ts';
import { sayingSeldom } from '../telemetry/saying-seldom.ts';
import { createBudgets } from '../transport/stranger-budgets.ts';
import { isProbe } from './health.ts';

/** Who asks over REST without a good token. */
export interface RestStrangers {
  /**
   * Counts a request for its address. Resolves at once as long as that is within its budget; beyond it, when the request
   * has waited for its answer.
   * @throws SERVICE_UNAVAILABLE, which ends the connection, when too many wait already.
   */
  hold(request: FastifyRequest): Promise<void>;
  /** Whether more was asked from an address than it has. */
  owes(address: string): boolean;
  /** Remembers that a good token came on a connection. */
  meet(socket: Socket): void;
  /** Whether one came. */
  hasMet(socket: Socket): boolean;
}

/** Holds nobody: where requests come one by one, as to a function. */
export const NO_STRANGERS: RestStrangers = {
  hold: async () => {},
  owes: () => false,
  meet: () => {},
  hasMet: () => false,
};

/** How many wait at a time: each with all its headers, up to 16 KiB. */
const MOST_WAITING = 1000;

export function createRestStrangers(log: Pick<Logger, 'warn'>, now = () => performance.now()): RestStrangers {
  const budgets = createBudgets(now);
  const met = new WeakSet<Socket>();
  const room = createWaitingRoom(MOST_WAITING);
  const say = sayingSeldom((held) =>
    log.warn({ held }, 'requests were held: their address asks too much without a token'),
  );
  return {
    async hold(request) {
      // Whoever floods must not take what an orchestrator has at the same address.
      const holder = holderOf(request.ip);
      if (budgets.spend(isProbe(request.url) ? probesOf(holder) : holder)) return;
      say();
      const waited = room.wait();
      if (!waited) {
        const more = { isLogged: true, endsConnection: true };
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'too much is asked without a token', more);
      }
      await waited;
    },
    meet(socket) {
      if (!met.has(socket)) met.add(socket);
    },
    hasMet: (socket) => met.has(socket),
    owes(address) {
      const holder = holderOf(address);
      return budgets.owes(holder) || budgets.owes(probesOf(holder));
    },
  };
}

function probesOf(holder: string): string {
  return `probes of ${holder}`;
}

/** Counts whatever is asked besides operations, whose own gate counts whom it refuses. */
export function holdStrangers(app: FastifyInstance, strangers: RestStrangers): void {
  app.addHook('onRequest', (request, _reply, next) => {
    if (request.routeOptions.config.operation !== undefined && !request.is404) return next();
    strangers.hold(request).then(() => next(), next);
  });
}
