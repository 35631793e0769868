import type {
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
  preValidationHookHandler,
} from 'fastify';
import type { Claim } from '../auth/authentication.ts';
import type { Context } from '../context.ts';
import { authorizationIn } from '../transport/authorization.ts';
import type { BodyBudget } from './body-budget.ts';
import { invite } from './expect-continue.ts';
import type { RestStrangers } from './strangers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Gives back what the body was promised; doing so twice is fine. */
    releaseBody: (() => void) | null;
  }
}

/** A body up to this, in bytes, is read to its end even where it counts for nothing. */
const READ_ALL_THE_SAME = 64 * 1024;

/** What stands before the body of a request for an operation is read, and after. */
export interface RestGate {
  /** @throws UNAUTHORIZED; SERVICE_UNAVAILABLE when bodies that are being read take all that they may. */
  readonly onRequest: onRequestAsyncHookHandler;
  readonly preValidation: preValidationHookHandler;
}

export interface RestGateOptions extends Pick<Context, 'authentication'> {
  readonly strangers: RestStrangers;
  readonly bodies: BodyBudget;
  /** In bytes. */
  readonly longestBody: number;
}

/** Returns the gate of one operation's route: of a stranger no body is read, and of all others only so much at a time. */
export function createRestGate({
  authentication,
  strangers,
  bodies,
  longestBody,
}: RestGateOptions): RestGate {
  const checkOrHold = async (request: FastifyRequest): Promise<Claim> => {
    try {
      return await authentication.check({ authorization: authorizationIn(request.raw.rawHeaders) });
    } catch (error) {
      await strangers.hold(request);
      throw error;
    }
  };
  return {
    async onRequest(request, reply) {
      const announced = announcedBytes(request);
      closeOnLongBody(request, reply);
      const claim = await checkOrHold(request);
      strangers.meet(request.raw.socket);
      if (announced === 0) return;
      const release = bodies.take(authentication.claimant(claim), Math.min(announced, longestBody));
      reply.removeHeader('connection');
      request.releaseBody = release;
      request.raw.once('close', release);
      // What is too long by its own word is answered 413 as it is.
      if (announced <= longestBody || announced === Number.POSITIVE_INFINITY) invite(request.raw, reply.raw);
    },
    preValidation(request, _reply, done) {
      request.releaseBody?.();
      done();
    },
  };
}

/**
 * Makes a refusal the last answer of a connection on which a long body follows: Node would read on what was refused. Of a
 * short one it may: with the connection its sender could lose the answer.
 */
export function closeOnLongBody(request: FastifyRequest, reply: FastifyReply): void {
  if (announcedBytes(request) > READ_ALL_THE_SAME) reply.header('connection', 'close');
}

/** Returns how much a body will come to, as its headers say it; one without a length may have no end. */
function announcedBytes({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0) || 0;
}
